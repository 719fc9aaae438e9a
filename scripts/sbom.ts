import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AnalysisReport } from '../packages/analyzer/src/index.ts';
import { toSbom } from '../packages/analyzer/src/report/index.ts';

/**
 * `npm run sbom [-- file]`: what this repository depends on, as a CycloneDX bill of materials, made by its own analyzer. Prints it where
 * no file is named.
 */
const ROOT = resolve(import.meta.dirname, '..');
const MOST_BYTES = 256 * 1024 * 1024;

export function createSbom(): ReturnType<typeof toSbom> {
  const options = ['--depth', 'quick', '--offline', '--no-cache', '--format', 'json'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'packages/cli/bin/commandcenter.js'), 'analyze', ROOT, ...options],
    { cwd: ROOT, encoding: 'utf8', maxBuffer: MOST_BYTES },
  );
  // 1: it has findings, which are no matter of the bill.
  if (status !== 0 && status !== 1) throw new Error(`The analysis of this repository failed (${status}): ${stderr}`);
  return toSbom(JSON.parse(stdout) as AnalysisReport);
}

if (import.meta.main) {
  const text = `${JSON.stringify(createSbom(), null, 2)}\n`;
  const [file] = process.argv.slice(2);
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
}
