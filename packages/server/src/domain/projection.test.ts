import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalNames, canonicalText, projectItem, projectTask, sameFields, sameRemote } from './projection.ts';
import type { TaskFields } from './task.ts';

const item = {
  title: ' A title ',
  body: 'one\r\ntwo\rthree\n\n',
  state: 'open',
  stateReason: null,
  labels: ['Bug', 'bug', 'URGENT', '  '],
  assignees: ['Octocat', 'octocat'],
} as const;

const task: TaskFields = {
  title: 'A title',
  description: 'one\ntwo\nthree',
  status: 'blocked',
  priority: 'high',
  labels: ['bug'],
  assignees: ['octoCat'],
  due_date: '2026-01-01',
};

test('what means the same is equal: line ends, trimmed ends, case, order, repetition', () => {
  const remote = projectItem({ ...item, labels: [...item.labels], assignees: [...item.assignees] });
  assert.equal(remote.description, 'one\ntwo\nthree');
  assert.deepEqual(remote.labels, ['Bug']);
  assert.deepEqual(remote.priorityLabels, ['URGENT']);
  assert.ok(sameFields(remote, projectTask(task)));
});

test('a missing body is an empty description', () => {
  assert.equal(canonicalText(null), '');
  assert.equal(canonicalText(undefined), '');
});

test('text that PostgreSQL cannot keep becomes text that it can', () => {
  assert.equal(canonicalText('a\0b'), 'ab');
  assert.equal(canonicalText('\ud800x'), '\ufffdx');
  assert.deepEqual(canonicalNames(['a\0', 'A']), ['a']);
});

test('a label of a task that says a priority counts as the priority', () => {
  const projected = projectTask({ ...task, priority: 'low', labels: ['bug', 'Critical'] });
  assert.equal(projected.priority, 'high');
  assert.deepEqual(projected.labels, ['bug']);
});

test('another label for the same priority is the same fields, but another snapshot', () => {
  const urgent = projectItem({ ...item, labels: ['urgent'], assignees: [] });
  const critical = projectItem({ ...item, labels: ['critical'], assignees: [] });
  assert.ok(sameFields(urgent, critical));
  assert.equal(sameRemote(urgent, critical), false);
});
