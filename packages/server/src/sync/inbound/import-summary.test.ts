import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newImportState } from './import-state.ts';
import { describeProgress, summarizeImport } from './import-summary.ts';

const { counts } = newImportState(new Date(0));

test('the summary of an import names what there is, in the singular and in the plural', () => {
  const summary = (some: Partial<typeof counts>, rehearsal = false) =>
    summarizeImport({ ...counts, ...some }, { rehearsal });
  const many = { seen: 1120, created: 3, updated: 2, unchanged: 1114, deleted_here: 1, missing: 2 };
  assert.equal(
    summary(many),
    'Compared 1,120 issues: 3 tasks created, 2 updated, 1,114 unchanged, 1 whose task was deleted here, 2 that are no longer listed and are being checked.',
  );
  assert.equal(
    summary(many, true),
    'Compared 1,120 issues and changed nothing: 3 tasks would be created, 2 would be updated, 1,114 unchanged, 1 whose task was deleted here, 2 that are no longer listed and would be checked.',
  );
  assert.equal(summary({ seen: 1, updated: 1 }), 'Compared 1 issue: 1 task updated.');
  assert.equal(summary({ missing: 1 }), 'Compared 0 issues: 1 that is no longer listed and is being checked.');
  assert.equal(summary({}), 'Compared 0 issues.');
});

test('the progress of an import names its pages, and their number where it is known', () => {
  const state = { ...newImportState(new Date(0)), counts: { ...counts, seen: 100 }, walk_pages: 1 };
  assert.equal(describeProgress(state), 'Compared 100 issues on 1 page');
  assert.equal(describeProgress({ ...state, total_pages: 10 }), 'Compared 100 issues on 1 of 10 pages');
  assert.equal(
    describeProgress({ ...state, total_pages: 10, walk: 2 }),
    'Compared 100 issues on 1 of 10 pages; the list changed meanwhile and is read once more',
  );
});
