import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KnownRepositories, planChanges, type RepositoryFacts } from './plan-repository-changes.ts';
import type { RepositoryRow } from './repository-queries.ts';

const noon = Date.UTC(2026, 0, 1, 12);
/** Returns the time that is `seconds` after noon, in RFC 3339. */
const at = (seconds: number): string => new Date(noon + seconds * 1000).toISOString();

const row = (id: number, name: string, changes: Partial<RepositoryRow> = {}): RepositoryRow =>
  ({
    id,
    project_id: 1,
    integration_id: 1,
    host: 'api.github.com',
    owner: 'my-org',
    name,
    external_id: null,
    handle: null,
    default_branch: null,
    clone_url: null,
    head_sha: null,
    name_seen_at: new Date(at(0)),
    name_lost_at: null,
    refusal: null,
    registered: false,
    granted_to: [],
    ...changes,
  }) as RepositoryRow;

const fact = (name: string, externalId?: string, changes: Partial<RepositoryFacts> = {}): RepositoryFacts => ({
  project_id: 1,
  integration_id: 1,
  host: 'api.github.com',
  owner: 'my-org',
  name,
  ...(externalId === undefined ? {} : { externalId }),
  seen_at: at(10),
  late: false,
  ...changes,
});

const plan = (rows: readonly RepositoryRow[], ...facts: RepositoryFacts[]) =>
  planChanges(new KnownRepositories(rows), facts);

const deleted = {
  name_lost_at: new Date(at(5)),
  refusal: {
    scope: 'everything',
    class: 'not_found',
    message: 'It was deleted.',
    remedy: '',
    since: at(5),
    deleted: true,
  },
} as const;

describe('facts about repositories', () => {
  it('insert a repository that is not known', () => {
    const { inserts, updates } = plan([], fact('web', '1'));
    assert.deepEqual([inserts.map(({ name }) => name), updates], [['web'], []]);
  });

  it('identify a repository that was known by name alone', () => {
    const { inserts, updates } = plan([row(1, 'web')], fact('web', '11'));
    assert.deepEqual(inserts, []);
    assert.deepEqual(
      updates.map(({ id, identified, renamed }) => ({ id, identified, renamed })),
      [{ id: 1, identified: true, renamed: false }],
    );
  });

  it('rename a known id, and its entries in configurations', () => {
    const { updates, renames } = plan([row(1, 'web', { external_id: '11' })], fact('site', '11'));
    assert.deepEqual(
      updates.map(({ id, renamed }) => ({ id, renamed })),
      [{ id: 1, renamed: true }],
    );
    assert.deepEqual(
      renames.map(({ from }) => from.name),
      ['web'],
    );
  });

  it('make another id under a known name another repository, which takes the name', () => {
    const { losers, inserts } = plan([row(1, 'web', { external_id: '11' })], fact('web', '22'));
    assert.deepEqual([losers, inserts.map(({ nameLost }) => nameLost)], [[1], [false]]);
  });

  it('join a row without an id whose name turns out to be the new name of a known id', () => {
    const { joins, losers } = plan([row(1, 'web', { external_id: '11' }), row(2, 'site')], fact('site', '11'));
    assert.deepEqual([joins, losers], [[{ from: 2, into: 1 }], []]);
  });

  it('take the name from another id instead of joining it', () => {
    const rows = [row(1, 'web', { external_id: '11' }), row(2, 'site', { external_id: '22' })];
    const { joins, losers } = plan(rows, fact('site', '11'));
    assert.deepEqual([joins, losers], [[], [2]]);
  });

  it('late events do not rename a repository back', () => {
    const { updates } = plan(
      [row(1, 'site', { external_id: '11', name_seen_at: new Date(at(20)) })],
      fact('web', '11', { late: true }),
    );
    assert.deepEqual(updates, []);
  });

  it('late events do not give a name back to a deleted repository', () => {
    const rows = [row(1, 'web', { external_id: '11', ...deleted }), row(2, 'web')];
    const { updates, joins, losers } = plan(rows, fact('web', '11', { late: true, seen_at: at(30) }));
    assert.deepEqual([updates, joins, losers], [[], [], []]);
  });

  it('let the id that was seen last have a name that two of them claim', () => {
    const { inserts } = plan([], fact('web', '11', { seen_at: at(1) }), fact('web', '22', { seen_at: at(2) }));
    assert.deepEqual(
      inserts.map(({ externalId, nameLost }) => [externalId, nameLost]),
      [
        ['11', true],
        ['22', false],
      ],
    );
  });
});
