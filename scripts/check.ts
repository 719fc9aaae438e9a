import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

/** `npm run check [-- --skip-tests]` runs the same checks as CI. It continues after a failure, so that one run shows all failures. */
const ROOT = resolve(import.meta.dirname, '..');
const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);
const script = (name: string): string => join(ROOT, 'scripts', name);

const steps: [string, string[]][] = [
  ['format and lint', [bin('biome'), 'check', '--error-on-warnings', '.']],
  ['types', [bin('tsc'), '--noEmit']],
  ['import directions', [process.execPath, script('check-imports.ts')]],
  ['comments', [process.execPath, script('count-comments.ts'), '--enforce']],
  ['unused code', [bin('knip')]],
  ['supply chain', [process.execPath, script('check-supply-chain.ts')]],
  ['generated files', [process.execPath, script('generate.ts'), '--check']],
];
if (!process.argv.includes('--skip-tests')) steps.push(['tests', [process.execPath, script('test.ts')]]);

const failed: string[] = [];
for (const [name, [command = '', ...args]] of steps) {
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) failed.push(name);
}

console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
