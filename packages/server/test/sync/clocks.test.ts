import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../harness/wait-for.ts';
import { REPOSITORY } from './github-world.ts';
import { RunningSync } from './running-sync.ts';

const HOUR_MS = 3_600_000;
/** Milliseconds between two edits that are compared. They are further apart than the uncertainty of a clock with a precision of seconds. */
const APART_MS = 2100;

describe("GitHub's clock", () => {
  let sync: RunningSync;
  afterEach(() => sync.close());

  const issue = () => sync.state.issue({ repository: REPOSITORY, number: 1 });
  const isMeasured = (offsetMs: number) =>
    waitFor('the offset to be measured', async () => {
      const { clock_offset_ms } = await sync.integration();
      return Math.abs(clock_offset_ms - offsetMs) < 5000;
    });

  for (const [name, offsetMs] of [
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ] as const) {
    const clock = { now: () => new Date(Date.now() + offsetMs) };

    /** Creates an issue with its task and waits until the clock offset is measured. From then on every event of GitHub is lost. */
    async function follow(): Promise<number> {
      sync = await RunningSync.start({}, { clock });
      await sync.world.receiveWebhooks();
      const task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'First' }));
      await sync.edit(task, { description: 'Measures the clock' });
      await sync.inSync(task);
      await isMeasured(offsetMs);
      await sync.world.atRest();
      sync.world.github.webhooks.drop = () => true;
      return task;
    }

    /** Edits the title on both sides while our write cannot be sent. Returns the title that both sides have in the end. */
    async function editBoth(task: number, first: 'here' | 'there'): Promise<string> {
      const edits = {
        here: () => sync.edit(task, { title: 'Ours' }),
        there: async () => sync.state.editIssue({ repository: REPOSITORY, number: 1, title: 'Theirs' }),
      };
      await sync.world.github.down();
      await edits[first]();
      await sleep(APART_MS);
      await edits[first === 'here' ? 'there' : 'here']();
      await sync.world.github.up();
      await sync.inSync(task);
      assert.equal((await sync.task(task)).title, issue().title);
      const [conflict] = await sync.conflicts(task);
      assert.deepEqual([conflict?.ours, conflict?.theirs], ['Ours', 'Theirs']);
      return issue().title;
    }

    test(`an hour ${name}: the newer edit wins when it is made there`, async () => {
      assert.equal(await editBoth(await follow(), 'here'), 'Theirs');
    });

    test(`an hour ${name}: the newer edit wins when it is made here`, async () => {
      assert.equal(await editBoth(await follow(), 'there'), 'Ours');
    });

    test(`an hour ${name}: a poll sees new issues`, async () => {
      sync = await RunningSync.start({ repositories: [REPOSITORY], poll_seconds: 0.2 }, { clock });
      await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'Before the first poll' }));
      await isMeasured(offsetMs);
      const second = sync.state.addIssue({ repository: REPOSITORY, title: 'After the first poll' });
      const task = await sync.taskOf(second);
      sync.state.editIssue({ repository: REPOSITORY, number: second.number, title: 'Edited' });
      await waitFor('the edit', async () => (await sync.task(task)).title === 'Edited');
    });
  }
});
