import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnalyzeSettings } from '@commandcenter/analyzer';

/** Runs one analysis in this process, and prints the seconds since its start and its peak memory in megabytes as JSON. */
const settings = JSON.parse(process.argv[2] ?? '{}') as Pick<AnalyzeSettings, 'depth' | 'engines' | 'cacheFolder'> & {
  root: string;
};
// Use the same compile cache as the command line.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/commandcenter'));
const { analyze } = await import('@commandcenter/analyzer/analyze');
const temporaryFolder = mkdtempSync(join(tmpdir(), 'commandcenter-bench-'));
const { report } = await analyze(
  {
    ...settings,
    repository: settings.root,
    head: { root: settings.root, gitDirectory: null, commit: null },
    base: null,
    now: new Date().toISOString(),
    advisories: { folder: null, url: null },
    temporaryFolder,
  },
  { signal: new AbortController().signal, fetch: null, onProgress() {} },
);
rmSync(temporaryFolder, { recursive: true });
const files = report.result.engines.reduce((most, { files_seen }) => Math.max(most, files_seen), 0);
console.log(
  JSON.stringify({ seconds: performance.now() / 1000, files, megabytes: process.resourceUsage().maxRSS / 1024 }),
);
