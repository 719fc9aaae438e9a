import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakeGitHub } from '@commandcenter/fake-github';
import { connect, connectApp, repository } from '../test/fixture.ts';
import { toRepository } from './repository.ts';

const least = { id: 7, name: 'web', owner: { login: 'acme' } };
const identity = { owner: 'acme', name: 'web', externalId: '7' };

describe('toRepository', () => {
  let github: FakeGitHub | undefined;
  afterEach(async () => {
    assert.deepEqual(github?.violations ?? [], []);
    await github?.close();
    github = undefined;
  });

  it('keeps the node id, and whether the repository is archived and has issues', () => {
    assert.deepEqual(toRepository({ ...least, node_id: 'R_7', archived: true, has_issues: false }), {
      ...identity,
      handle: 'R_7',
      archived: true,
      itemsDisabled: true,
    });
    assert.deepEqual(toRepository({ ...least, archived: false, has_issues: true }), {
      ...identity,
      archived: false,
      itemsDisabled: false,
    });
  });

  it('reports a repository as writable from the triage role upwards, and not for readers', () => {
    const writable = (permissions: unknown) => toRepository({ ...least, permissions }).writable;
    for (const role of ['push', 'triage', 'maintain', 'admin'])
      assert.equal(writable({ admin: false, pull: true, [role]: true }), true, role);
    assert.equal(writable({ admin: false, maintain: false, push: false, triage: false, pull: true }), false);
  });

  it('leaves out optional fields that are missing or have an unexpected type', () => {
    for (const odd of [undefined, null, 0, '', [], {}]) {
      const optional = { node_id: odd, default_branch: odd, clone_url: odd, archived: odd, has_issues: odd };
      assert.deepEqual(toRepository({ ...least, ...optional, permissions: odd }), identity);
    }
  });

  it('converts all of these fields of an API response', async () => {
    const connected = await connect();
    github = connected.github;
    const read = await connected.integration.getRepository(repository);
    const { archived, itemsDisabled, writable } = read;
    assert.deepEqual({ archived, itemsDisabled, writable }, { archived: false, itemsDisabled: false, writable: true });
    assert.equal(typeof read.handle, 'string');
  });

  it('does not report the role of an App, which has none', async () => {
    const connected = await connectApp();
    github = connected.github;
    const read = await connected.integration.getRepository(repository);
    assert.equal('writable' in read, false);
  });
});
