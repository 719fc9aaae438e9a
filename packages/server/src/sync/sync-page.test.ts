import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ErrorClass } from '@commandcenter/integration-kit';
import { errorClasses } from '../integrations/health/error-classes.ts';
import { type RetryDecision, retryAfter, type Work } from '../integrations/health/retry-policy.ts';
import { linkSyncStates } from '../tasks/task.ts';
import { type LinkCondition, type LinkEvent, linkAfter } from './link/link-state.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/sync.md'), 'utf8');
const now = new Date('2026-01-01T12:00:00Z');

/** Returns the cells of the table rows under a heading of docs/sync.md, without backticks. */
function tableUnder(heading: string): string[][] {
  const [, section] = page.split(`\n### ${heading}\n`);
  assert.ok(section, `docs/sync.md has no heading "${heading}"`);
  const [body = ''] = section.split(/\n#{2,3} /);
  return body
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
    .filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
}

const kindsOfWork: readonly Work[] = [
  'write',
  'create',
  'read',
  'poll',
  'import',
  'publication',
  'delivery',
  'repository_check',
];
const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;

/** Describes the retry policy's decisions about work that keeps failing, as docs/sync.md does: `2 s, 5 s, 12.5 s, then 30 s`. */
function scheduleOf(decide: (failures: number) => RetryDecision): string {
  const runs: { text: string; times: number }[] = [];
  let end = '';
  for (let failures = 0; failures < 300 && end === ''; failures += 1) {
    const decision = decide(failures);
    if (decision.kind === 'wait') end = 'wait';
    else if (decision.kind === 'give_up') end = `give up (${decision.because})`;
    else {
      const text = seconds(decision.delayMs);
      const last = runs.at(-1);
      if (last?.text === text) last.times += 1;
      else runs.push({ text, times: 1 });
    }
  }
  const pauses = runs.map(({ text, times }, index) => {
    if (end === '' && index === runs.length - 1) return `then ${text}`;
    return times === 1 ? text : `${text} (${times} times)`;
  });
  if (end !== '') pauses.push(pauses.length === 0 ? end : `then ${end}`);
  return pauses.join(', ');
}

describe('docs/sync.md', () => {
  test('prints the decision of the retry policy for every error class and kind of work', () => {
    const [, ...schedules] = tableUnder('Schedules');
    const pauses = new Map(schedules.map(([name = '', text = '']) => [name, text]));
    const printed = tableUnder('Decisions');
    const header = ['class', ...kindsOfWork];
    const expected = errorClasses.map((errorClass) => [
      errorClass,
      ...kindsOfWork.map((work) => scheduleOf((failures) => retryAfter({ class: errorClass }, work, failures, now, 1))),
    ]);
    const meant = printed.map((row) => row.map((cell) => pauses.get(cell) ?? cell));
    assert.deepEqual(meant, [header, ...expected]);
  });

  test('prints the limits of a wait that the provider names', () => {
    const limits = (errorClass: ErrorClass): string[] =>
      [0, 86_400_000].map((delayMs) => {
        const retryAt = new Date(now.getTime() + delayMs);
        const decision = retryAfter({ class: errorClass, retryAt }, 'write', 0, now, 1);
        assert.ok(decision.kind === 'retry' && !decision.counts);
        return seconds(decision.delayMs);
      });
    const [, ...rows] = tableUnder('Named waits');
    assert.deepEqual(
      rows.map(([, ...cells]) => cells),
      [limits('rate_limit'), limits('outage')],
    );
  });

  test('prints every transition of a link', () => {
    const [header = [], ...rows] = tableUnder('Transitions');
    const states = header.slice(1) as LinkCondition['sync_state'][];
    const problem = { class: 'outage', message: 'It is down.', remedy: null } as const;
    const events: [string, LinkEvent][] = [
      ['merged: nothing to send', { type: 'merged', pending: false, taskChanged: false }],
      ['merged: edits to send, task unchanged', { type: 'merged', pending: true, taskChanged: false }],
      ['merged: edits to send, task changed', { type: 'merged', pending: true, taskChanged: true }],
      ['edited: edits to send', { type: 'edited', pending: true }],
      ['edited: nothing to send', { type: 'edited', pending: false }],
      ['requested', { type: 'requested' }],
      ['written: more to send', { type: 'written', pending: true }],
      ['written: nothing to send', { type: 'written', pending: false }],
      ['settled', { type: 'settled' }],
      ['delayed', { type: 'delayed', problem }],
      ['refused', { type: 'refused', problem }],
      ['given_up', { type: 'given_up', problem }],
      ['access_lost', { type: 'access_lost', problem }],
      ['access_returned: edits to send', { type: 'access_returned', pending: true }],
      ['access_returned: nothing to send', { type: 'access_returned', pending: false }],
      ['item_deleted', { type: 'item_deleted', problem: null }],
      ['item_seen', { type: 'item_seen' }],
      ['task_deleted', { type: 'task_deleted' }],
      ['detached', { type: 'detached' }],
      ['adopted', { type: 'adopted' }],
    ];
    const cell = (sync_state: LinkCondition['sync_state'], event: LinkEvent): string => {
      const frozen = sync_state === 'conflict' ? ['title'] : [];
      const before = { sync_state, last_error: null, last_error_class: null, last_error_hint: null, frozen };
      const { condition, effects } = linkAfter(before, event);
      if (condition === before) return '–';
      return [condition.sync_state, ...effects].join(', ');
    };
    assert.deepEqual(states.toSorted(), linkSyncStates.toSorted());
    assert.deepEqual(
      rows,
      events.map(([label, event]) => [label, ...states.map((state) => cell(state, event))]),
    );
  });

  test('names every state and every event of the state machine', () => {
    const source = readFileSync(join(import.meta.dirname, 'link/link-state.ts'), 'utf8');
    const [, union = ''] = /export type LinkEvent =([\s\S]*?);\n\n/.exec(source) ?? [];
    const events = [...union.matchAll(/type: '(\w+)'/g)].flatMap(([, name]) => name ?? []);
    assert.ok(events.length > 10, 'the events were not found in link-state.ts');
    const missing = [...events, ...linkSyncStates].filter((name) => !page.includes(`\`${name}`));
    assert.deepEqual(missing, []);
  });
});
