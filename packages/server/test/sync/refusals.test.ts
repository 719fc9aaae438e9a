import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../harness/wait-for.ts';
import { RunningSync } from './running-sync.ts';

const MOST_MS_AFTER_RETURN = 30_000;

// Run the tests in parallel: each uses its own repository, and waits most of the time.
describe('a repository that refuses requests', { concurrency: 12 }, () => {
  let sync: RunningSync;
  let live: string;
  let count = 0;
  before(async () => {
    sync = await RunningSync.start();
    // Remove the bot from the organization, so that it has access only as a collaborator of each repository, which a test can take away.
    sync.state.setMember({ organization: 'my-org', login: 'cc-bot', role: null });
    await sync.world.receiveWebhooks();
    live = sync.addRepository('live', { webhook: true });
  });
  after(() => sync.close());

  /** The webhook events that never arrive, by the id of their repository: `all` events, or only those about `access`. */
  const lost = new Map<number, 'all' | 'access'>();
  const loseEvents = (repository: string, which: 'all' | 'access' = 'access'): void => {
    const [
      {
        repository: { id },
      } = assert.fail('no issue'),
    ] = sync.state.issues(repository);
    lost.set(id, which);
    sync.world.github.webhooks.drop = ({ event, repositoryId }) => {
      const kind = lost.get(repositoryId ?? 0);
      return kind === 'all' || (kind === 'access' && event !== 'issues');
    };
  };

  /** Creates a repository with an issue and its task, and another issue and task in a repository that keeps working. */
  async function scene(options: Parameters<RunningSync['addRepository']>[1] = {}) {
    count += 1;
    const repository = sync.addRepository(`refusing-${count}`, { webhook: true, ...options });
    const issue = sync.state.addIssue({ repository, title: 'Here' });
    const neighbor = sync.state.addIssue({ repository: live, title: 'Neighbor' });
    const task = await sync.taskOf(issue);
    const other = await sync.taskOf(neighbor);
    return { repository, task, other, number: issue.number, neighbor: neighbor.number };
  }
  type Scene = Awaited<ReturnType<typeof scene>>;

  async function assertOthersGoOn({ other, neighbor }: Scene): Promise<void> {
    await sync.edit(other, { title: 'Neighbor goes on' });
    await sync.inSync(other);
    assert.equal(sync.state.issue({ repository: live, number: neighbor }).title, 'Neighbor goes on');
    await assertHealthy();
  }

  async function assertHealthy(): Promise<void> {
    const { enabled, status, error_count, disabled_by, last_error } = await sync.integration();
    assert.deepEqual(
      { enabled, status, error_count, disabled_by },
      { enabled: true, status: 'active', error_count: 0, disabled_by: null },
      String(last_error),
    );
  }

  async function assertEqualAfterReturn({ repository, task, number }: Scene, title: string): Promise<void> {
    await sync.inSync(task, MOST_MS_AFTER_RETURN);
    assert.equal(sync.state.issue({ repository, number }).title, title);
    assert.equal((await sync.task(task)).title, title);
    const { last_error, last_error_class, last_error_hint } = await sync.link(task);
    assert.deepEqual([last_error, last_error_class, last_error_hint], [null, null, null]);
  }

  interface Refusal {
    lose(repository: string): void;
    regain(repository: string): void;
    words: RegExp;
    remedy: RegExp;
    private?: boolean;
  }
  const refusals: Record<string, Refusal> = {
    'is archived': {
      lose: (repository) => sync.state.archiveRepository({ repository }),
      regain: (repository) => sync.state.unarchiveRepository({ repository }),
      words: /archived/,
      remedy: /Unarchive/,
    },
    'has issues disabled': {
      lose: (repository) => sync.state.setIssuesEnabled({ repository, enabled: false }),
      regain: (repository) => sync.state.setIssuesEnabled({ repository, enabled: true }),
      words: /Issues are disabled/,
      remedy: /Enable issues/,
    },
    'is private and no longer visible': {
      lose: (repository) => sync.state.setCollaborator({ repository, login: 'cc-bot', permission: null }),
      regain: (repository) => sync.state.setCollaborator({ repository, login: 'cc-bot', permission: 'admin' }),
      words: /Not Found/,
      remedy: /access/,
      private: true,
    },
    'is public and may no longer be written to': {
      lose: (repository) => sync.state.setCollaborator({ repository, login: 'cc-bot', permission: 'read' }),
      regain: (repository) => sync.state.setCollaborator({ repository, login: 'cc-bot', permission: 'write' }),
      words: /Must have admin rights/,
      remedy: /write access/,
    },
  };

  for (const [name, refusal] of Object.entries(refusals)) {
    for (const events of [true, false]) {
      test(`a repository that ${name} shows why and recovers ${events ? 'with' : 'without'} an event`, async () => {
        const here = await scene(refusal.private === true ? { private: true } : {});
        if (!events) loseEvents(here.repository);
        refusal.lose(here.repository);
        await sync.edit(here.task, { title: 'Waits' });
        const { last_error, last_error_class, last_error_hint } = await sync.inError(here.task);
        assert.match(last_error ?? '', refusal.words);
        assert.match(last_error_hint ?? '', refusal.remedy);
        assert.ok(last_error_class === 'permission' || last_error_class === 'not_found');
        await assertOthersGoOn(here);
        assert.equal((await sync.link(here.task)).sync_state, 'error');
        refusal.regain(here.repository);
        await assertEqualAfterReturn(here, 'Waits');
        await assertHealthy();
      });
    }
  }

  test('an issue created and one edited while access was lost are both seen after it returns', async () => {
    const here = await scene();
    const { repository, task, number } = here;
    sync.state.archiveRepository({ repository });
    await sync.edit(task, { description: 'Ours' });
    await sync.inError(task);
    loseEvents(repository, 'all');
    sync.state.unarchiveRepository({ repository });
    sync.state.editIssue({ repository, number, title: 'Theirs' });
    const added = sync.state.addIssue({ repository, title: 'Added unseen' });
    await assertEqualAfterReturn(here, 'Theirs');
    assert.equal(sync.state.issue({ repository, number }).body, 'Ours');
    await sync.taskOf(added);
  });

  test('403 for one issue alone shows in its link, and everything else goes on', async () => {
    const here = await scene();
    const { repository, task, number } = here;
    const sibling = await sync.taskOf(sync.state.addIssue({ repository, title: 'Sibling' }));
    const message = 'You cannot edit this issue.';
    const fault = sync.world.github.fault({
      kind: 'status',
      status: 403,
      body: { message },
      method: 'PATCH',
      path: new RegExp(`/repos/${repository}/issues/${number}$`),
      times: Number.POSITIVE_INFINITY,
    });
    await sync.edit(task, { title: 'Refused' });
    const { last_error, last_error_class, last_error_hint } = await sync.inError(task);
    assert.match(last_error ?? '', /You cannot edit this issue/);
    assert.equal(last_error_class, 'permission');
    assert.ok(last_error_hint, 'a remedy is shown');
    await sync.edit(sibling, { title: 'Sibling goes on' });
    await sync.inSync(sibling);
    await assertOthersGoOn(here);
    assert.equal((await sync.link(task)).sync_state, 'error');
    fault.clear();
    await assertEqualAfterReturn(here, 'Refused');
  });

  test('a create in an archived repository never disables the integration, and is done after access returns', async () => {
    const here = await scene();
    const { repository } = here;
    sync.state.archiveRepository({ repository });
    const task = await sync.createTask('To be created');
    await sync.requestIssue(task, repository);
    const { last_error, last_error_hint } = await sync.inError(task);
    assert.match(last_error ?? '', /archived/);
    assert.match(last_error_hint ?? '', /Unarchive/);
    // Repeat the request often: that many refusals would disable the integration if they counted.
    for (let round = 0; round < 12; round += 1) await sync.requestIssue(task, repository);
    await assertOthersGoOn(here);
    const { total_error_count } = await sync.integration();
    assert.equal(total_error_count, 0);
    loseEvents(repository);
    sync.state.unarchiveRepository({ repository });
    await sync.inSync(task, MOST_MS_AFTER_RETURN);
    await waitFor(
      'exactly one issue',
      () => sync.state.issues(repository).filter(({ title }) => title === 'To be created').length === 1,
    );
  });
});
