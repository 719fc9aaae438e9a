import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Delivery } from '@commandcenter/fake-github';
import type { RepositoryRow } from '../../src/integrations/repositories/repository-queries.ts';
import { saveRepository } from '../../src/integrations/repositories/save-repository-queries.ts';
import { identifyRepository } from '../../src/sync/repositories/identify-repository.ts';
import { factsSeenNow } from '../../src/sync/repositories/repository-facts.ts';
import { waitFor } from '../harness/wait-for.ts';
import { REPOSITORY } from './github-world.ts';
import { RunningSync } from './running-sync.ts';

let sync: RunningSync;
afterEach(() => sync.close());

const repositoryRows = () =>
  sync.world.database.db
    .selectFrom('repositories')
    .select(['id', 'owner', 'name', 'external_id', 'name_lost_at'])
    .orderBy('id')
    .execute();

/** Returns the values that the task of this issue must have. */
const shownBy = ({ title, state, body }: { title: string; state: string; body: string | null }) => ({
  title,
  description: body ?? '',
  isOpen: state === 'open',
});
const shownByTask = async (id: number) => {
  const { title, description, status } = await sync.task(id);
  return { title, description, isOpen: status !== 'done' && status !== 'cancelled' };
};

describe('a repository name that another repository takes', () => {
  test('makes a second repository with webhooks: edits of the first task never reach the second issue', async () => {
    sync = await RunningSync.start();
    await sync.world.receiveWebhooks();
    const web = sync.addRepository('web', { webhook: true });
    const [hook] = sync.state.hooksOf(web);
    assert.ok(hook);
    const open = (repositoryId: number, issueId: number, title: string): void => {
      const now = new Date().toISOString();
      const payload = {
        action: 'opened',
        repository: { id: repositoryId, name: 'web', full_name: web, owner: { login: 'my-org' } },
        issue: {
          id: issueId,
          number: 1,
          html_url: `https://github.com/${web}/issues/1`,
          title,
          body: '',
          state: 'open',
          labels: [],
          assignees: [],
          updated_at: now,
        },
      };
      sync.world.github.webhooks.sendTo(hook, 'issues', 'opened', JSON.stringify(payload));
    };
    open(1, 11, 'First');
    const first = await sync.taskOf({ id: 11 });
    open(2, 22, 'Second');
    const second = await sync.taskOf({ id: 22 });
    assert.notEqual(first, second);
    const rows = (await repositoryRows()).filter(({ name }) => name === 'web');
    assert.deepEqual(
      rows.map(({ external_id, name_lost_at }) => [external_id, name_lost_at === null]),
      [
        ['1', false],
        ['2', true],
      ],
    );
    await sync.edit(first, { title: 'Edited', status: 'done' });
    const link = await sync.inError(first);
    assert.equal(link.external_id, '11');
    assert.ok(link.last_error_hint);
    assert.deepEqual(sync.writesTo(web), []);
    assert.equal((await sync.task(second)).title, 'Second');
  });

  test('is not written to after the old repository was deleted and re-created, seen by polls alone', async () => {
    sync = await RunningSync.start({ repositories: ['my-org/web'], poll_seconds: 0.2 });
    const web = sync.addRepository('web');
    const old = sync.state.addIssue({ repository: web, title: 'Old' });
    await sync.pollNow();
    const task = await sync.taskOf(old);
    sync.state.deleteRepository({ repository: web });
    sync.addRepository('web');
    const young = sync.state.addIssue({ repository: web, title: 'New', body: 'Do not touch.' });
    await sync.edit(task, { title: 'Edited', description: 'Lost?', status: 'done' });
    const link = await sync.linkWhere(task, 'given up or in error', ({ sync_state }) =>
      ['deleted', 'error'].includes(sync_state),
    );
    assert.equal(link.external_id, String(old.id));
    assert.deepEqual(sync.writesTo(web), []);
    assert.deepEqual(shownBy(sync.state.issue({ repository: web, number: young.number })), {
      title: 'New',
      description: 'Do not touch.',
      isOpen: true,
    });
    assert.equal((await sync.task(task)).title, 'Edited');
  });

  test('is given to a new repository: the link follows the renamed one, which is found by its id', async () => {
    sync = await RunningSync.start({ poll_seconds: 0.2 });
    await sync.world.receiveWebhooks();
    const web = sync.addRepository('web', { webhook: true });
    const issue = sync.state.addIssue({ repository: web, title: 'Moves along' });
    const task = await sync.taskOf(issue);
    await sync.world.atRest();
    sync.world.github.webhooks.pause();
    sync.state.renameRepository({ repository: web, name: 'web-old' });
    sync.addRepository('web');
    sync.state.addIssue({ repository: web, title: 'Stranger' });
    await sync.edit(task, { title: 'Followed' });
    await waitFor('the edit', () => sync.state.issue({ repository: 'my-org/web-old', number: 1 }).title === 'Followed');
    await sync.inSync(task);
    assert.equal((await sync.task(task)).links[0]?.repository, 'my-org/web-old');
    assert.equal(sync.state.issue({ repository: web, number: 1 }).title, 'Stranger');
    assert.deepEqual(sync.writesTo(web), []);
  });

  test('has the issue that was created under the name after that, also when its event overtakes the response', async () => {
    sync = await RunningSync.start();
    await sync.world.receiveWebhooks();
    const { github, here } = sync.world;
    const web = sync.addRepository('web', { webhook: true });
    const task = await sync.createTask('Ours');
    github.webhooksOvertake = true;
    const { promise: until, resolve } = Promise.withResolvers<void>();
    const create = github.fault({ kind: 'delay', method: 'POST', path: /\/web\/issues$/, until });
    await sync.requestIssue(task, web);
    await waitFor('the create', () => create.hits === 1);
    github.webhooks.pause();
    sync.state.deleteRepository({ repository: web });
    sync.addRepository('web', { webhook: true });
    github.webhooks.resume(() => []);
    resolve();
    const link = await sync.inSync(task);
    const [issue] = sync.state.issues(web);
    assert.equal(link.external_id, String(issue?.id));
    const row = (await repositoryRows()).find(({ id }) => id === link.repository_id);
    assert.equal(row?.external_id, String(issue?.repository.id));
    assert.equal((await here.tasks()).length, 1);
  });
});

test('a repository stored by name alone while its first event is applied is one row, with the id of the event', async () => {
  sync = await RunningSync.start();
  const { db } = sync.world.database;
  const named = factsSeenNow(sync.world.integration, { owner: 'my-org', name: 'web' }, new Date());
  let applied: Promise<RepositoryRow> | undefined;
  await db.transaction().execute(async (trx) => {
    await saveRepository(trx, named);
    // Another transaction does not see the row that this one has inserted but not committed. It waits for this one, because names of
    // repositories are unique.
    applied = db.transaction().execute((other) => saveRepository(other, { ...named, externalId: '1' }));
    await waitFor('the other transaction to wait', async () => {
      const waiting = await sync.world.database.pool.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.rowCount === 1;
    });
  });
  assert.equal((await applied)?.external_id, '1');
  assert.equal((await repositoryRows()).filter(({ name }) => name === 'web').length, 1);
});

test('a repository that was identified since it was read keeps its name, its polls and its waiting creates', async () => {
  sync = await RunningSync.withoutWorkers({ repositories: ['my-org/web'] });
  const { db } = sync.world.database;
  const { integration } = sync.world;
  const named = factsSeenNow(integration, { owner: 'my-org', name: 'web' }, new Date());
  const stale = await db.transaction().execute((trx) => saveRepository(trx, named));
  const found = { owner: 'my-org', name: 'web', externalId: '1' };
  for (let reader = 1; reader <= 2; reader += 1)
    await db.transaction().execute((trx) => identifyRepository(trx, integration, stale, found));
  const rows = (await repositoryRows()).filter(({ name }) => name === 'web');
  assert.deepEqual(
    rows.map(({ id, external_id, name_lost_at }) => ({ id, external_id, name_lost_at })),
    [{ id: stale.id, external_id: '1', name_lost_at: null }],
  );
  const { check_at } = await db
    .selectFrom('repositories')
    .select('check_at')
    .where('id', '=', stale.id)
    .executeTakeFirstOrThrow();
  assert.equal(check_at, null);
});

test('config.repositories follows a rename', async () => {
  sync = await RunningSync.start({ repositories: [REPOSITORY] });
  await sync.world.receiveWebhooks();
  const task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'Stays' }));
  sync.state.renameRepository({ repository: REPOSITORY, name: 'renamed' });
  const listed = async () => (await sync.integration()).config.repositories;
  await waitFor('the list to follow', async () => String(await listed()) === 'my-org/renamed');
  await sync.edit(task, { title: 'Written under the new name' });
  await sync.inSync(task);
  assert.equal(sync.state.issue({ repository: 'my-org/renamed', number: 1 }).title, 'Written under the new name');
});

test('an issue transferred to a repository outside config.repositories is written once the list names it', async () => {
  sync = await RunningSync.start({ repositories: [REPOSITORY] });
  await sync.world.receiveWebhooks();
  const outside = sync.addRepository('outside');
  const issue = sync.state.addIssue({ repository: REPOSITORY, title: 'Leaves' });
  const task = await sync.taskOf(issue);
  const moved = sync.state.transferIssue({ repository: REPOSITORY, number: 1, to: outside });
  await sync.linkWhere(task, 'moved', ({ external_id }) => external_id === String(moved.id));
  await sync.world.atRest();
  sync.world.github.requests.reset();
  await sync.edit(task, { title: 'Waits' });
  const { last_error, last_error_hint } = await sync.inError(task);
  assert.match(last_error ?? '', /my-org\/outside.*config\.repositories/);
  assert.match(last_error_hint ?? '', /my-org\/outside/);
  assert.deepEqual(sync.writesTo(outside), []);
  await sync.change({ config: { repositories: [REPOSITORY, outside] } });
  await sync.inSync(task);
  assert.equal(sync.state.issue({ repository: outside, number: moved.number }).title, 'Waits');
});

describe('a transfer', () => {
  let other: string;
  beforeEach(async () => {
    sync = await RunningSync.start();
    await sync.world.receiveWebhooks();
    other = sync.addRepository('other', { webhook: true });
  });

  test('is followed by a late edit of the former identity, which makes no task and changes nothing', async () => {
    const issue = sync.state.addIssue({ repository: REPOSITORY, title: 'First title' });
    const task = await sync.taskOf(issue);
    await sync.world.atRest();
    sync.world.github.webhooks.pause();
    sync.state.editIssue({ repository: REPOSITORY, number: 1, title: 'Second title' });
    const moved = sync.state.transferIssue({ repository: REPOSITORY, number: 1, to: other });
    sync.state.editIssue({ repository: other, number: moved.number, title: 'Third title' });
    const isLate = ({ action, repositoryId }: Delivery): boolean =>
      action === 'edited' && repositoryId === issue.repository.id;
    sync.world.github.webhooks.resume((held) => [
      ...held.filter((delivery) => !isLate(delivery)),
      ...held.filter(isLate),
    ]);
    await sync.world.atRest();
    assert.deepEqual(
      (await sync.world.here.tasks()).map(({ id, title }) => [id, title]),
      [[task, 'Third title']],
    );
    assert.equal((await sync.inSync(task)).external_id, String(moved.id));
  });

  test('keeps the task when `opened` arrives before `transferred`', async () => {
    const task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'Moves' }));
    await sync.world.atRest();
    sync.world.github.webhooks.pause();
    const moved = sync.state.transferIssue({ repository: REPOSITORY, number: 1, to: other });
    sync.world.github.webhooks.resume((held) => {
      assert.ok(held.some(({ action, payload }) => action === 'opened' && payload.includes('old_issue')));
      return [...held.filter(({ action }) => action === 'opened'), ...held.filter(({ action }) => action !== 'opened')];
    });
    await sync.world.atRest();
    assert.deepEqual(
      (await sync.world.here.tasks()).map(({ id }) => id),
      [task],
    );
    assert.equal((await sync.inSync(task)).external_id, String(moved.id));
  });

  test('is learned from `opened` alone when `transferred` is lost', async () => {
    const task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'Moves' }));
    await sync.world.atRest();
    sync.world.github.webhooks.drop = ({ action }) => action === 'transferred';
    const moved = sync.state.transferIssue({ repository: REPOSITORY, number: 1, to: other });
    await sync.linkWhere(task, 'moved', ({ external_id }) => external_id === String(moved.id));
    assert.equal((await sync.world.here.tasks()).length, 1);
  });

  test('both of whose events were lost is found by the next read', async () => {
    const task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'Moves' }));
    await sync.world.atRest();
    sync.world.github.webhooks.drop = () => true;
    const moved = sync.state.transferIssue({ repository: REPOSITORY, number: 1, to: other });
    await sync.edit(task, { title: 'Finds it' });
    await sync.inSync(task);
    assert.equal((await sync.link(task)).external_id, String(moved.id));
    assert.equal(sync.state.issue({ repository: other, number: moved.number }).title, 'Finds it');
    assert.equal((await sync.world.here.tasks()).length, 1);
  });
});

describe('events of one issue in any order', () => {
  beforeEach(async () => {
    sync = await RunningSync.start();
    await sync.world.receiveWebhooks();
  });

  /** Performs changes at GitHub while its webhooks are held back. Returns their deliveries, which are then not sent. */
  function heldBack<T>(play: () => T): { result: T; deliveries: readonly Delivery[] } {
    const { webhooks } = sync.world.github;
    let deliveries: readonly Delivery[] = [];
    webhooks.pause();
    const result = play();
    webhooks.resume((held) => {
      deliveries = held;
      return [];
    });
    return { result, deliveries };
  }

  /** Returns all permutations of the elements. */
  function permutations<T>(elements: readonly T[]): T[][] {
    if (elements.length < 2) return [[...elements]];
    return elements.flatMap((element, index) =>
      permutations(elements.toSpliced(index, 1)).map((rest) => [element, ...rest]),
    );
  }

  /** Number of permutations that can be tested in a reasonable time. */
  const MOST_PERMUTATIONS = 120;

  /**
   * Returns all permutations of the numbers below `count`. If there are too many, returns some of them at equal distances in lexical
   * order.
   */
  function someOrders(count: number): number[][] {
    const all = permutations(Array.from({ length: count }, (_, index) => index));
    const distance = Math.max(1, all.length / MOST_PERMUTATIONS);
    return Array.from({ length: all.length / distance }, (_, index) => all[Math.floor(index * distance)] ?? []);
  }

  test('`deleted` before `opened` leaves no link that claims to be in sync', async () => {
    sync.world.github.webhooks.pause();
    sync.state.addIssue({ repository: REPOSITORY, title: 'Short life' });
    sync.state.deleteIssue({ repository: REPOSITORY, number: 1 });
    sync.world.github.webhooks.resume((held) => held.toReversed());
    await sync.world.atRest();
    assert.deepEqual(await sync.world.here.tasks(), []);
    assert.deepEqual(await sync.world.here.links(), []);
  });

  const histories: Record<string, (number: number, other: string) => { at: string; number: number } | null> = {
    'opened, edited, closed, reopened': (number) => {
      sync.state.editIssue({ repository: REPOSITORY, number, title: 'Edited', body: 'Edited' });
      sync.state.closeIssue({ repository: REPOSITORY, number });
      sync.state.reopenIssue({ repository: REPOSITORY, number });
      return { at: REPOSITORY, number };
    },
    'opened, edited, closed, transferred': (number, other) => {
      sync.state.editIssue({ repository: REPOSITORY, number, title: 'Edited' });
      sync.state.closeIssue({ repository: REPOSITORY, number });
      return { at: other, number: sync.state.transferIssue({ repository: REPOSITORY, number, to: other }).number };
    },
    'opened, transferred, edited': (number, other) => {
      const moved = sync.state.transferIssue({ repository: REPOSITORY, number, to: other });
      sync.state.editIssue({ repository: other, number: moved.number, title: 'Edited there' });
      return { at: other, number: moved.number };
    },
    'opened, edited, closed, deleted': (number) => {
      sync.state.editIssue({ repository: REPOSITORY, number, title: 'Edited' });
      sync.state.closeIssue({ repository: REPOSITORY, number });
      sync.state.deleteIssue({ repository: REPOSITORY, number });
      return null;
    },
    'opened, edited, closed, transferred, reopened, deleted': (number, other) => {
      sync.state.editIssue({ repository: REPOSITORY, number, title: 'Edited' });
      sync.state.closeIssue({ repository: REPOSITORY, number });
      const moved = sync.state.transferIssue({ repository: REPOSITORY, number, to: other });
      sync.state.reopenIssue({ repository: other, number: moved.number });
      sync.state.deleteIssue({ repository: other, number: moved.number });
      return null;
    },
    'opened, transferred, deleted': (number, other) => {
      const moved = sync.state.transferIssue({ repository: REPOSITORY, number, to: other });
      sync.state.deleteIssue({ repository: other, number: moved.number });
      return null;
    },
  };
  for (const [name, act] of Object.entries(histories)) {
    test(`${name}: in any order they end as GitHub does`, async () => {
      const other = sync.addRepository('other', { webhook: true });
      const { webhooks } = sync.world.github;
      const play = () => {
        const issue = sync.state.addIssue({ repository: REPOSITORY, title: 'Opened', body: 'Text' });
        return { issue, end: act(issue.number, other) };
      };
      // Count the deliveries in a first round; their number is the same in every round.
      const { length: count } = heldBack(play).deliveries;
      for (const order of someOrders(count)) {
        const { result, deliveries } = heldBack(play);
        const { issue, end } = result;
        const ordered = order.flatMap((index) => deliveries[index] ?? []);
        // Deliver one after another, because the webhooks of two repositories are otherwise delivered independently of each other.
        for (const delivery of ordered) {
          webhooks.redeliver(delivery);
          await webhooks.idle();
        }
        const actions = ordered.map(({ action, hook }) => `${action} (${hook.id})`);
        await sync.world.atRest();
        const links = await sync.world.here.links();
        const live = links.filter(({ sync_state }) => sync_state !== 'deleted');
        const why = `after ${actions.join(', ')}`;
        if (end === null) {
          assert.deepEqual(
            live.filter(({ number, external_id }) => number === issue.number || external_id === String(issue.id)),
            [],
            why,
          );
        } else {
          const there = sync.state.issue({ repository: end.at, number: end.number });
          const [link, ...more] = live.filter(({ external_id }) => external_id === String(there.id));
          assert.ok(link?.task_id, `no task ${why}`);
          assert.deepEqual(more, []);
          assert.equal(link.sync_state, 'in_sync', why);
          assert.deepEqual(await shownByTask(link.task_id), shownBy(there), why);
          // Check that no live link is left to the id that the issue had before its move, because such a link would never be updated
          // again.
          const former = live.filter((one) => one !== link && one.external_id === String(issue.id));
          assert.deepEqual(former, [], why);
          sync.state.deleteIssue({ repository: end.at, number: end.number });
          await sync.world.atRest();
        }
        // Every round starts without live links, so that a surplus link is found.
        const surplus = (await sync.world.here.links()).filter(({ sync_state }) => sync_state !== 'deleted');
        assert.deepEqual(surplus, [], why);
      }
      assert.deepEqual(
        sync.world.github.requests
          .all()
          .filter(({ method }) => method !== 'GET')
          .map(({ method, path }) => `${method} ${path}`),
        [],
      );
    });
  }
});
