import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AnalysisReport } from '../packages/analyzer/src/index.ts';
import { toSbom } from '../packages/analyzer/src/report/index.ts';

/**
 * `npm run sbom [-- file]` creates a CycloneDX bill of materials of this repository's dependencies with its own analyzer, and writes it to
 * the file or to standard output.
 */
const ROOT = resolve(import.meta.dirname, '..');
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

export function createSbom(): ReturnType<typeof toSbom> {
  const options = ['--depth', 'quick', '--offline', '--no-cache', '--format', 'json'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'packages/cli/bin/commandcenter.js'), 'analyze', ROOT, ...options],
    { cwd: ROOT, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES },
  );
  // Exit code 1 means that there are findings, which do not matter here.
  if (status !== 0 && status !== 1) throw new Error(`The analysis of this repository failed (${status}): ${stderr}`);
  return toSbom(JSON.parse(stdout) as AnalysisReport);
}

if (import.meta.main) {
  const text = `${JSON.stringify(createSbom(), null, 2)}\n`;
  const [file] = process.argv.slice(2);
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
}
