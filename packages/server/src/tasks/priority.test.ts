import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalPriorityLabel, isPriorityLabel, priorityOfLabels } from './priority.ts';
import { taskPriorities } from './task.ts';

test('the guide, "Priority Mapping": every row of the table', () => {
  assert.equal(priorityOfLabels(['priority: high']), 'high');
  assert.equal(priorityOfLabels(['critical']), 'high');
  assert.equal(priorityOfLabels(['urgent']), 'high');
  assert.equal(priorityOfLabels(['priority: low']), 'low');
  assert.equal(priorityOfLabels(['bug', 'priority']), 'medium');
  assert.equal(priorityOfLabels([]), 'medium');
});

test('case and surrounding space do not matter', () => {
  assert.equal(priorityOfLabels(['PRIORITY: High']), 'high');
  assert.equal(priorityOfLabels([' Urgent ']), 'high');
  assert.ok(isPriorityLabel('Priority: LOW'));
});

test('high goes before low, in either order', () => {
  assert.equal(priorityOfLabels(['priority: low', 'urgent']), 'high');
  assert.equal(priorityOfLabels(['urgent', 'priority: low']), 'high');
});

test('labels that only look similar say nothing', () => {
  for (const label of ['priority:high', 'not urgent', 'critical-path', 'high', 'low']) {
    assert.equal(priorityOfLabels([label]), 'medium', label);
    assert.equal(isPriorityLabel(label), false, label);
  }
});

test('the canonical label of a priority says that priority', () => {
  for (const priority of taskPriorities) {
    const label = canonicalPriorityLabel(priority);
    assert.equal(priorityOfLabels(label === null ? [] : [label]), priority);
  }
});
