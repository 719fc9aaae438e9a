import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { type FakeGitHub, githubSchema } from '@commandcenter/fake-github';
import { IntegrationNotFoundError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { parse, validate } from 'graphql';
import { connect } from '../../test/fixture.ts';
import * as documents from './documents.ts';

describe('GraphQL documents', () => {
  for (const [name, document] of Object.entries(documents)) {
    it(`${name} is valid in GitHub's schema`, () => {
      assert.deepEqual(validate(githubSchema(), parse(document)), []);
    });
  }
});

describe('boards of GitHub Projects', () => {
  let github: FakeGitHub | undefined;
  afterEach(async () => {
    assert.deepEqual(github?.violations, []);
    await github?.close();
  });
  const start = async (apiPath = '') => {
    const connected = await connect({ apiPath });
    github = connected.github;
    const project = github.state.addProject({
      owner: 'acme',
      title: 'Roadmap',
      options: ['Todo', 'Doing', 'Done'],
      repositories: ['acme/web'],
      by: 'robot',
    });
    return { ...connected, project };
  };

  it('are listed page by page for an organization, a user and a repository', async () => {
    const { github, integration } = await start();
    github.state.addProject({ owner: 'robot', title: 'Mine', by: 'robot' });
    github.state.addProject({ owner: 'acme', title: 'Second', by: 'robot' });
    const first = await integration.listBoards({ owner: 'acme' }, { limit: 1 });
    assert.equal(first.items.length, 1);
    assert.ok(first.nextCursor !== null);
    const second = await integration.listBoards({ owner: 'acme' }, { limit: 1, cursor: first.nextCursor });
    assert.deepEqual([...first.items, ...second.items].map(({ title }) => title).toSorted(), ['Roadmap', 'Second']);
    const mine = await integration.listBoards({ owner: 'robot' }, { limit: 50 });
    assert.deepEqual(
      mine.items.map(({ title }) => title),
      ['Mine'],
    );
    const linked = await integration.listBoards({ owner: 'acme', repository: 'web' }, { limit: 50 });
    assert.deepEqual(
      linked.items.map(({ title, number, closed }) => ({ title, number, closed })),
      [{ title: 'Roadmap', number: 1, closed: false }],
    );
  });

  it('have the options of their Status field as columns', async () => {
    const { integration } = await start();
    const columns = await integration.listBoardColumns({ owner: 'acme', number: 1 });
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['Todo', 'Doing', 'Done'],
    );
  });

  it('have issues, pull requests and drafts as items', async () => {
    const { github, integration, project } = await start('/api/v3');
    const repository = 'acme/web';
    const issue = github.state.addIssue({ repository, title: 'An issue' });
    github.state.addProjectItem({
      project,
      content: { repository, number: issue.number },
      status: 'Doing',
      by: 'robot',
    });
    github.state.addProjectItem({ project, content: { title: 'A draft' }, by: 'robot' });
    const { items } = await integration.listBoardItems({ owner: 'acme', number: 1 }, { limit: 50 });
    assert.deepEqual(
      items.map(({ title, column, kind, number, repository }) => ({ title, column, kind, number, repository })),
      [
        { title: 'An issue', column: 'Doing', kind: 'issue', number: 1, repository },
        { title: 'A draft', column: null, kind: 'draft', number: null, repository: null },
      ],
    );
  });

  it('are not found if they do not exist, and an exhausted rate limit is recorded', async () => {
    const { github, integration, context } = await start();
    await assert.rejects(integration.listBoards({ owner: 'nobody' }, { limit: 1 }), IntegrationNotFoundError);
    await assert.rejects(integration.listBoardColumns({ owner: 'acme', number: 99 }), IntegrationNotFoundError);
    github.exhaustRateLimit({ resource: 'graphql', resetInSeconds: 90 });
    await assert.rejects(integration.listBoards({ owner: 'acme' }, { limit: 1 }), IntegrationRateLimitError);
    assert.equal(context.blocks.length, 1);
  });
});
