import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemStateOf, syncStatusOfItem, syncStatusOfTask, taskStatusFrom } from './status.ts';
import { taskStatuses } from './task.ts';

test('an item is open, done or cancelled by its state and reason', () => {
  const cases = [
    ['open', null, 'open'],
    ['open', 'reopened', 'open'],
    ['closed', null, 'done'],
    ['closed', 'completed', 'done'],
    ['closed', 'reopened', 'done'],
    ['closed', 'not_planned', 'cancelled'],
    ['closed', 'duplicate', 'cancelled'],
  ] as const;
  for (const [state, stateReason, expected] of cases) {
    assert.equal(syncStatusOfItem(state, stateReason), expected, `${state}/${stateReason}`);
  }
});

test('an open item changes none of the open statuses', () => {
  for (const status of ['todo', 'in_progress', 'blocked'] as const)
    assert.equal(taskStatusFrom('open', status), status);
});

test('a reopened item puts a finished task back to todo', () => {
  assert.equal(taskStatusFrom('open', 'done'), 'todo');
  assert.equal(taskStatusFrom('open', 'cancelled'), 'todo');
});

test('a closed item finishes a task whatever its status was', () => {
  for (const status of taskStatuses) {
    assert.equal(taskStatusFrom('done', status), 'done');
    assert.equal(taskStatusFrom('cancelled', status), 'cancelled');
  }
});

test('a status that goes out and comes back is the same', () => {
  for (const status of taskStatuses) {
    const sync = syncStatusOfTask(status);
    const sent = itemStateOf(sync);
    const stateReason = sent.state === 'closed' ? sent.reason : null;
    assert.equal(taskStatusFrom(syncStatusOfItem(sent.state, stateReason), status), status);
  }
  assert.deepEqual(itemStateOf('done'), { state: 'closed', reason: 'completed' });
  assert.deepEqual(itemStateOf('cancelled'), { state: 'closed', reason: 'not_planned' });
});
