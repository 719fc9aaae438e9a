import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LinkSyncState, linkSyncStates } from '../../tasks/task.ts';
import { isFollowed, type LinkCondition, type LinkEffect, type LinkEvent, linkAfter } from './link-state.ts';

/** The problem that a link shows after an event: none, the one that it had before (`kept`), or the one of the event (`new`). */
type Problem = 'none' | 'kept' | 'new';
type Expectation = [state: LinkSyncState, problem: Problem, ...effects: LinkEffect[]];

const had = { last_error: 'Had', last_error_class: 'outage', last_error_hint: 'Wait.' } as const;
const problem = { class: 'permission', message: 'Refused', remedy: 'Give access.' } as const;
const none = { last_error: null, last_error_class: null, last_error_hint: null };
const problems = {
  none,
  kept: had,
  new: { last_error: 'Refused', last_error_class: 'permission', last_error_hint: 'Give access.' },
};

const followed = ['in_sync', 'pending', 'conflict', 'error'] as const;
const every = (states: readonly LinkSyncState[], expected: Expectation) =>
  Object.fromEntries(states.map((state) => [state, expected]));
const same = (...states: LinkSyncState[]) =>
  Object.fromEntries(states.map((state): [string, Expectation] => [state, [state, 'kept']]));

/** The expected outcome of each event in every state of the link. Before the event the link has the problem `had`. */
const table: { name: string; event: LinkEvent; outcomes: Record<string, Expectation> }[] = [
  {
    name: 'merged, nothing to send, task changed',
    event: { type: 'merged', pending: false, taskChanged: true },
    outcomes: {
      in_sync: ['in_sync', 'none'],
      conflict: ['conflict', 'none'],
      ...every(['pending', 'error'], ['pending', 'none', 'settle']),
      ...same('deleted', 'detached'),
    },
  },
  {
    name: 'merged, nothing to send, task unchanged',
    event: { type: 'merged', pending: false, taskChanged: false },
    outcomes: {
      in_sync: ['in_sync', 'none'],
      conflict: ['conflict', 'none'],
      ...every(['pending', 'error'], ['pending', 'none', 'settle']),
      ...same('deleted', 'detached'),
    },
  },
  {
    name: 'merged, something to send, task changed',
    event: { type: 'merged', pending: true, taskChanged: true },
    outcomes: {
      ...every(['in_sync', 'conflict', 'error'], ['pending', 'none', 'queue']),
      pending: ['pending', 'kept', 'queue'],
      ...same('deleted', 'detached'),
    },
  },
  {
    name: 'merged, something to send, task unchanged',
    event: { type: 'merged', pending: true, taskChanged: false },
    outcomes: {
      ...every(['in_sync', 'conflict'], ['pending', 'none', 'queue']),
      pending: ['pending', 'kept', 'queue'],
      ...same('error', 'deleted', 'detached'),
    },
  },
  {
    name: 'edited, something to send',
    event: { type: 'edited', pending: true },
    outcomes: { ...every(followed, ['pending', 'none', 'queue']), ...same('deleted', 'detached') },
  },
  {
    name: 'edited, nothing to send',
    event: { type: 'edited', pending: false },
    outcomes: {
      ...every(['pending', 'error'], ['pending', 'none', 'settle']),
      ...same('in_sync', 'conflict', 'deleted', 'detached'),
    },
  },
  {
    name: 'requested',
    event: { type: 'requested' },
    outcomes: { ...every(followed, ['pending', 'none', 'queue', 'wake']), ...same('deleted', 'detached') },
  },
  {
    name: 'written, more to send',
    event: { type: 'written', pending: true },
    outcomes: { ...every(followed, ['pending', 'none', 'queue']), ...same('deleted', 'detached') },
  },
  {
    name: 'written, nothing more to send',
    event: { type: 'written', pending: false },
    outcomes: {
      ...every(['in_sync', 'pending', 'error'], ['in_sync', 'none', 'drop_intent']),
      conflict: ['conflict', 'none', 'drop_intent'],
      ...same('deleted', 'detached'),
    },
  },
  {
    name: 'settled',
    event: { type: 'settled' },
    outcomes: { pending: ['in_sync', 'none'], ...same('in_sync', 'conflict', 'error', 'deleted', 'detached') },
  },
  {
    name: 'delayed',
    event: { type: 'delayed', problem },
    outcomes: {
      ...every(['in_sync', 'pending', 'conflict'], ['pending', 'new']),
      error: ['error', 'new'],
      ...same('deleted', 'detached'),
    },
  },
  {
    name: 'refused',
    event: { type: 'refused', problem },
    outcomes: { ...every(followed, ['error', 'new']), ...same('deleted', 'detached') },
  },
  {
    name: 'given up',
    event: { type: 'given_up', problem },
    outcomes: { ...every(followed, ['error', 'new', 'drop_intent']), ...same('deleted', 'detached') },
  },
  {
    name: 'access lost',
    event: { type: 'access_lost', problem },
    outcomes: { ...every(followed, ['error', 'new']), ...same('deleted', 'detached') },
  },
  {
    name: 'access returned, something to send',
    event: { type: 'access_returned', pending: true },
    outcomes: {
      error: ['pending', 'none', 'queue', 'wake'],
      ...same('in_sync', 'pending', 'conflict', 'deleted', 'detached'),
    },
  },
  {
    name: 'access returned, nothing to send',
    event: { type: 'access_returned', pending: false },
    outcomes: {
      error: ['pending', 'none', 'settle'],
      ...same('in_sync', 'pending', 'conflict', 'deleted', 'detached'),
    },
  },
  {
    name: 'item deleted',
    event: { type: 'item_deleted', problem: null },
    outcomes: {
      ...every(followed, ['deleted', 'none', 'drop_intent', 'stop_reading']),
      ...same('deleted', 'detached'),
    },
  },
  {
    name: 'item not found',
    event: { type: 'item_deleted', problem },
    outcomes: {
      ...every(followed, ['deleted', 'new', 'drop_intent', 'stop_reading']),
      ...same('deleted', 'detached'),
    },
  },
  {
    name: 'item seen alive',
    event: { type: 'item_seen' },
    outcomes: { deleted: ['in_sync', 'none'], ...same(...followed, 'detached') },
  },
  {
    name: 'task deleted',
    event: { type: 'task_deleted' },
    outcomes: {
      ...every(followed, ['deleted', 'none', 'drop_intent', 'stop_reading']),
      ...same('deleted', 'detached'),
    },
  },
  {
    name: 'detached',
    event: { type: 'detached' },
    outcomes: {
      ...every(followed, ['detached', 'none', 'drop_intent', 'stop_reading']),
      ...same('deleted', 'detached'),
    },
  },
  {
    name: 'adopted',
    event: { type: 'adopted' },
    outcomes: { detached: ['in_sync', 'none'], ...same(...followed, 'deleted') },
  },
];

describe('the state of a link', () => {
  for (const { name, event, outcomes } of table) {
    it(`defines the state after "${name}" for every state`, () => {
      for (const state of linkSyncStates) {
        const expected = outcomes[state];
        assert.ok(expected, `the table has no outcome in the state ${state}`);
        const [sync_state, kind, ...effects] = expected;
        const frozen = state === 'conflict' ? ['title'] : [];
        const after = linkAfter({ sync_state: state, ...had, frozen }, event);
        const condition = { sync_state, ...problems[kind], frozen };
        assert.deepEqual(after, { condition, effects }, `in the state ${state}`);
      }
    });
  }

  it('is not changed in place', () => {
    const before: LinkCondition = { sync_state: 'in_sync', ...none, frozen: [] };
    linkAfter(before, { type: 'refused', problem });
    assert.deepEqual(before, { sync_state: 'in_sync', ...none, frozen: [] });
  });

  it('is conflict instead of in_sync while a field is frozen', () => {
    const stateAfter = (sync_state: LinkSyncState, frozen: string[], event: LinkEvent) =>
      linkAfter({ sync_state, ...none, frozen }, event).condition.sync_state;
    const written = { type: 'written', pending: false } as const;
    const merged = { type: 'merged', pending: false, taskChanged: false } as const;
    assert.equal(stateAfter('pending', ['title'], written), 'conflict');
    assert.equal(stateAfter('pending', ['title'], { type: 'settled' }), 'conflict');
    assert.equal(stateAfter('in_sync', ['title'], merged), 'conflict');
    assert.equal(stateAfter('deleted', ['title'], { type: 'item_seen' }), 'conflict');
    assert.equal(stateAfter('conflict', [], merged), 'in_sync');
    assert.equal(stateAfter('conflict', [], { type: 'edited', pending: false }), 'in_sync');
  });

  it('tells whether task and item follow each other', () => {
    assert.deepEqual(
      linkSyncStates.filter((sync_state) => isFollowed({ sync_state })),
      [...followed],
    );
  });
});
