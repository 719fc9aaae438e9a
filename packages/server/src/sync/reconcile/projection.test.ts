import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalNames, canonicalText } from '../../tasks/canonical-text.ts';
import { itemFields } from '../../tasks/sync-fields.ts';
import type { TaskFields } from '../../tasks/task.ts';
import { addsNothing, projectItem, projectTask, sameFields } from './projection.ts';

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
  assert.ok(sameFields(itemFields, remote, projectTask(task)));
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
  assert.ok(sameFields(itemFields, urgent, critical));
  assert.equal(addsNothing(itemFields, urgent, critical), false);
});

test('an absent field is not known, which differs from empty', () => {
  assert.deepEqual(projectItem({ title: 'Only this' }), { title: 'Only this' });
  assert.deepEqual(projectItem({ labels: [], assignees: [], body: '' }), {
    description: '',
    priority: 'medium',
    labels: [],
    priorityLabels: [],
    assignees: [],
  });
  const known = projectItem({ ...item, labels: ['Bug'], assignees: [] });
  assert.ok(addsNothing(itemFields, known, projectItem({ title: 'A title' })));
});

test('a closed item without a reason keeps the closed status that is known', () => {
  assert.equal(projectItem({ state: 'closed' }).status, 'done');
  assert.equal(projectItem({ state: 'closed' }, ['cancelled', 'done']).status, 'cancelled');
  assert.equal(projectItem({ state: 'closed' }, ['open', undefined]).status, 'done');
  assert.equal(projectItem({ state: 'closed', stateReason: null }, ['cancelled']).status, 'done');
});
