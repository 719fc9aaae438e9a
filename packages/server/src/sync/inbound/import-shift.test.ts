import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Issue } from '@commandcenter/fake-github';
import { Random } from '../../../test/soak/random.ts';
import { createGitHubWorld, type GitHubWorld } from '../../../test/sync/github-world.ts';
import { betweenRequests, ImportJobs, type ImportResult } from '../../../test/sync/import-jobs.ts';
import { claimRefetch } from '../refetch-queries.ts';
import { pollRepository } from './poll-repository.ts';
import { refetch } from './refetch-worker.ts';
import { claimPoll } from './repository-poll-queries.ts';

/** Number of issues in the repository of a test. They make three pages of the list. */
const ISSUES = 203;
const SEEDS = 6;
const ELSEWHERE = 'my-org/elsewhere';
const neverAborted = new AbortController().signal;

describe('an import of a list that changes between its requests', () => {
  let world: GitHubWorld;
  let jobs: ImportJobs;
  let repositories = 0;

  before(async () => {
    world = await createGitHubWorld();
    jobs = new ImportJobs(world);
    world.github.state.addRepository({ owner: 'my-org', name: 'elsewhere', collaborators: { 'cc-bot': 'admin' } });
  });
  after(async () => {
    assert.deepEqual(world.github.violations, []);
    await world.close();
  });

  /** Returns the creation time of an issue: that many minutes after the start of a day long ago. */
  const createdAt = (minute: number): string => new Date(Date.UTC(2020, 0, 1, 0, minute)).toISOString();
  const addRepository = (count = ISSUES): string => {
    repositories += 1;
    const name = `list-${repositories}`;
    world.github.state.addRepository({ owner: 'my-org', name, collaborators: { 'cc-bot': 'admin' } });
    const repository = `my-org/${name}`;
    const make = (index: number) => ({ title: `Issue ${index}`, createdAt: createdAt(index) });
    world.github.state.addIssues({ repository, count, make });
    return repository;
  };

  const issuesOf = (repository: string): Issue[] =>
    world.github.state.issues(repository).toSorted((left, right) => (left.createdAt < right.createdAt ? -1 : 1));
  const removeAt = (repository: string, index: number): void => {
    const number = issuesOf(repository)[index]?.number;
    if (number !== undefined) world.github.state.deleteIssue({ repository, number });
  };
  const sendAway = (repository: string, index: number): void => {
    const number = issuesOf(repository)[index]?.number;
    if (number !== undefined) world.github.state.transferIssue({ repository, number, to: ELSEWHERE });
  };
  /** Transfers into the repository an issue that is older than the one at this index. */
  const bringIn = (repository: string, index: number): void => {
    const created = new Date(Date.parse(createdAt(index)) - 30_000).toISOString();
    const { number } = world.github.state.addIssue({
      repository: ELSEWHERE,
      title: 'From elsewhere',
      createdAt: created,
    });
    world.github.state.transferIssue({ repository: ELSEWHERE, number, to: repository });
  };
  const open = (repository: string): void => {
    world.github.state.addIssue({ repository, title: 'Opened meanwhile' });
  };

  const importWhile = async (
    repository: string,
    happens: (count: number) => void,
  ): Promise<{ result: ImportResult; requests: number }> => {
    const [owner = '', name = ''] = repository.split('/');
    world.github.requests.reset();
    const deps = betweenRequests(world.deps, happens);
    const { result } = await jobs.run({ deps, repository: { owner, name } });
    return { result, requests: world.github.requests.total };
  };
  /** Returns the external ids of the repository's items that have a followed link. */
  const followed = async (repository: string): Promise<string[]> => {
    const rows = await world.database.db
      .selectFrom('links')
      .innerJoin('repositories', 'repositories.id', 'links.repository_id')
      .select('links.external_id')
      .where('repositories.name', '=', repository.slice('my-org/'.length))
      .where('links.sync_state', 'not in', ['deleted', 'detached'])
      .execute();
    return rows.map(({ external_id }) => String(external_id)).sort();
  };
  const listed = (issues: readonly Issue[]): string[] => issues.map(({ id }) => String(id)).sort();
  /** Makes all polls due, and runs them and then all planned reads. */
  const settle = async (): Promise<void> => {
    const { db } = world.database;
    await db
      .updateTable('repository_polls')
      .set({ next_poll_at: new Date(0) })
      .execute();
    for (;;) {
      const due = await claimPoll(db, 60);
      if (due === undefined) break;
      await pollRepository(world.deps, due, neverAborted);
    }
    for (;;) {
      const link = await claimRefetch(db, 60);
      if (link === undefined) break;
      await refetch(world.deps, link, neverAborted);
    }
  };
  const missing = async (repository: string, issues: readonly Issue[]): Promise<string[]> => {
    const found = new Set(await followed(repository));
    return listed(issues).filter((id) => !found.has(id));
  };
  /** Asserts that the import found all issues that stayed in the list, and that polls then find those that were added meanwhile. */
  const requireComplete = async (repository: string, before: readonly Issue[]): Promise<void> => {
    const now = new Set(issuesOf(repository).map(({ id }) => id));
    const stayed = before.filter(({ id }) => now.has(id));
    assert.deepEqual(await missing(repository, stayed), [], 'missed by the import');
    await settle();
    assert.deepEqual(await missing(repository, issuesOf(repository)), [], 'missed by the poll');
  };
  /** Asserts that the followed items equal the list after one more import, which notices issues that left after their page was read. */
  const requireEqual = async (repository: string): Promise<void> => {
    await importWhile(repository, () => {});
    await settle();
    assert.deepEqual(await followed(repository), listed(issuesOf(repository)));
  };

  const happenings = {
    'the oldest issue is deleted': (repository: string) => removeAt(repository, 0),
    'the first issue of the second page is deleted': (repository: string) => removeAt(repository, 100),
    'a very old issue is transferred in': (repository: string) => bringIn(repository, 0),
    'an issue of the second page is transferred in': (repository: string) => bringIn(repository, 150),
  };
  for (const [what, happen] of Object.entries(happenings)) {
    it(`misses nothing when ${what}, after whichever request`, async () => {
      for (let seam = 1, last = 1; seam <= last; seam += 1) {
        const repository = addRepository();
        const before = issuesOf(repository);
        await importWhile(repository, (count) => {
          last = Math.max(last, count);
          if (count === seam) happen(repository);
        });
        await requireComplete(repository, before);
      }
    });
  }

  it('stays within one request per hundred issues and three more when issues are deleted and opened between all requests', async () => {
    const repository = addRepository();
    const before = issuesOf(repository);
    const { requests, result } = await importWhile(repository, () => {
      removeAt(repository, 0);
      removeAt(repository, 150);
      open(repository);
    });
    await requireComplete(repository, before);
    await requireEqual(repository);
    assert.ok(requests <= 3 + 3, `${requests} requests`);
    const { seen, created, updated, unchanged, deleted_here } = result;
    assert.equal(seen, created + updated + unchanged + deleted_here);
  });

  it('misses nothing, and counts each issue once, under random changes between all requests', async (context) => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const random = new Random(seed);
      const repository = addRepository(110 + random.below(140));
      const before = issuesOf(repository);
      let changes = 0;
      const change = (): void => {
        // Only issues that were there at the start leave the list: one that comes and goes during one import can hide another until the
        // next import.
        const { id } = random.pick(before);
        const staying = issuesOf(repository).findIndex((issue) => issue.id === id);
        const kinds = [
          () => removeAt(repository, staying),
          () => sendAway(repository, staying),
          () => bringIn(repository, random.below(before.length)),
          () => open(repository),
        ];
        random.pick(kinds)();
        changes += 1;
      };
      const { result, requests } = await importWhile(repository, () => {
        for (let left = random.below(3); left > 0 && changes < 12; left -= 1) change();
      });
      context.diagnostic(`seed ${seed}: ${before.length} issues, ${changes} changes, ${requests} requests`);
      const { seen, created, updated, unchanged } = result;
      assert.deepEqual([updated, unchanged, created], [0, 0, seen], `seed ${seed}`);
      await requireComplete(repository, before);
      await requireEqual(repository);
    }
  });
});
