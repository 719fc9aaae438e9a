import assert from 'node:assert/strict';
import { it } from 'node:test';
import { harmlessReasons } from '../tree/skipped-paths.ts';
import type { SourceTree } from '../tree/source-tree.ts';
import { sourceReport } from './source-report.ts';

const treeWithout = (...reasons: string[]): SourceTree => ({
  root: '/',
  files: [{ path: 'a.ts', size: 1 }],
  skippedPaths: reasons.map((reason) => ({ reason, files: 2, examples: [`${reason}-1`, `${reason}-2`] })),
  get: () => undefined,
  read: () => Promise.reject(new Error('no file is read')),
});

it('reports entries that are no source code and leaves the result complete', () => {
  const reasons = Object.values(harmlessReasons);
  const report = sourceReport(treeWithout(...reasons));
  assert.deepEqual(
    [report.complete, report.reason, report.files_seen, report.files_skipped],
    [true, undefined, 1, 2 * reasons.length],
  );
  assert.deepEqual(
    report.skipped.map(({ reason }) => reason),
    reasons,
  );
});

it('names a skipped source file and makes the result incomplete', () => {
  const report = sourceReport(treeWithout(harmlessReasons.link, 'too large'));
  assert.equal(report.complete, false);
  assert.match(report.reason ?? '', /: too large-1 \(too large\)\./);
});

it('makes the result incomplete if there are no files', () => {
  const report = sourceReport({ ...treeWithout(), files: [] });
  assert.deepEqual([report.complete, report.files_seen], [false, 0]);
  assert.match(report.reason ?? '', /no file to look at/);
});
