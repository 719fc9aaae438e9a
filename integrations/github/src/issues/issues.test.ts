import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakeGitHub } from '@commandcenter/fake-github';
import { IntegrationError, IntegrationNotFoundError } from '@commandcenter/integration-kit';
import { connect, repository } from '../../test/fixture.ts';

const marker = { id: '0f8fad5b-d9cb-469f-a165-70867728950e', mac: 'ab'.repeat(32) };
const draft = { title: 'New', body: 'Text', labels: ['bug'], assignees: ['ann'], marker };

const otherIssue = (error: unknown): boolean =>
  error instanceof IntegrationNotFoundError && error.code === 'github.other_issue' && !error.gone;

describe('issues on GitHub', () => {
  let github: FakeGitHub | undefined;
  afterEach(async () => {
    assert.deepEqual(github?.violations, []);
    await github?.close();
  });
  const start = async (options: Parameters<typeof connect>[0] = {}) => {
    const connected = await connect(options);
    github = connected.github;
    return connected;
  };

  it('are created with an invisible marker, and found by it among our own issues', async () => {
    const { integration } = await start();
    const since = new Date(Date.now() - 5000).toISOString();
    const made = await integration.createItem(repository, draft);
    assert.deepEqual(
      [made.title, made.body, made.labels, made.assignees, made.marker],
      ['New', 'Text', ['bug'], ['ann'], marker],
    );
    const [own] = await integration.listOwnItems(repository, since);
    assert.deepEqual(own?.marker, marker);
    assert.deepEqual(await integration.listOwnItems(repository, new Date(Date.now() + 60_000).toISOString()), []);
  });

  it('are created without an assignee that GitHub refuses', async () => {
    const { github, integration } = await start();
    github.fault({
      kind: 'status',
      status: 422,
      method: 'POST',
      path: /issues$/,
      body: {
        message: 'Validation Failed',
        errors: [{ resource: 'Issue', field: 'assignees', code: 'invalid', value: 'nobody' }],
      },
    });
    const made = await integration.createItem(repository, { ...draft, assignees: ['ann', 'nobody'] });
    assert.deepEqual(made.assignees, ['ann']);
    assert.deepEqual(made.marker, marker);
  });

  for (const [variant, errors] of [
    ['naming the field', [{ resource: 'Issue', field: 'labels', code: 'invalid' }]],
    ['not saying why', []],
  ] as const) {
    it(`are created with the labels and assignees that GitHub accepts if it refuses some, ${variant}`, async () => {
      const { github, integration } = await start();
      const refused = {
        kind: 'status',
        status: 422,
        method: 'POST',
        body: { message: 'Validation Failed', errors },
      } as const;
      github.fault({ ...refused, path: /issues$/, times: variant === 'naming the field' ? 1 : 2 });
      github.fault({ ...refused, path: /labels$/, times: 2 });
      const labels = ['refused', 'taken'];
      const made = await integration.createItem(repository, { ...draft, labels, assignees: ['ann'] });
      assert.deepEqual([made.labels, made.assignees, made.marker], [['taken'], ['ann'], marker]);
      assert.equal(github.state.issues('acme/web').length, 1);
    });
  }

  it('are reported as possibly created if adding labels or assignees failed afterwards', async () => {
    const { github, integration } = await start();
    github.fault({ kind: 'status', status: 422, method: 'POST', path: /issues$/ });
    github.fault({ kind: 'status', status: 403, method: 'POST', path: /assignees$/ });
    await assert.rejects(integration.createItem(repository, { ...draft, assignees: ['ann'] }), (error: unknown) => {
      assert.ok(error instanceof IntegrationError);
      assert.deepEqual([error.class, error.uncertain], ['permission', true]);
      return true;
    });
  });

  it('are reported as possibly created if GitHub failed during the request', async () => {
    const { github, integration } = await start();
    github.fault({ kind: 'status', status: 502, method: 'POST', path: /issues$/ });
    await assert.rejects(integration.createItem(repository, draft), (error: unknown) => {
      assert.ok(error instanceof IntegrationError);
      assert.deepEqual([error.class, error.uncertain], ['outage', true]);
      return true;
    });
  });

  it("are updated field by field without touching other people's labels and assignees", async () => {
    const { github, integration } = await start();
    github.state.addIssue({ repository: 'acme/web', title: 'Old', labels: ['bug', 'theirs'], assignees: ['robot'] });
    const changed = await integration.updateItem(
      { repository, number: 1 },
      {
        title: 'Neu',
        state: { state: 'closed', reason: 'not_planned' },
        addLabels: ['priority: high'],
        removeLabels: ['bug', 'never there'],
        addAssignees: ['ann'],
        removeAssignees: ['robot'],
      },
    );
    assert.equal(changed.title, 'Neu');
    assert.deepEqual([changed.state, changed.stateReason], ['closed', 'not_planned']);
    assert.deepEqual(changed.labels?.toSorted(), ['priority: high', 'theirs']);
    assert.deepEqual(changed.assignees, ['ann']);
    const reopened = await integration.updateItem({ repository, number: 1 }, { state: { state: 'open' } });
    assert.equal(reopened.state, 'open');
    const labelled = await integration.updateItem({ repository, number: 1 }, { addLabels: ['later'] });
    assert.ok(labelled.labels?.includes('later'));
  });

  it('get every other change if GitHub refuses an assignee or label', async () => {
    const { github, integration } = await start();
    const { number } = github.state.addIssue({ repository: 'acme/web', title: 'Before' });
    const refused = { kind: 'status', status: 422, method: 'POST' } as const;
    github.fault({ ...refused, path: /assignees$/, times: 2 });
    github.fault({ ...refused, path: /labels$/, times: 1 });
    const patch = { title: 'After', addLabels: ['refused'], addAssignees: ['nobody', 'ann'] };
    const updated = await integration.updateItem({ repository, number }, patch);
    assert.deepEqual([updated.title, updated.labels, updated.assignees], ['After', [], ['ann']]);
  });

  it('lose labels whose names cannot be part of an address, and keep the others', async () => {
    const { github, integration } = await start();
    const { number } = github.state.addIssue({
      repository: 'acme/web',
      title: 'Dots',
      labels: ['.', '..', 'bug', 'a/b'],
    });
    const updated = await integration.updateItem({ repository, number }, { removeLabels: ['.', '..', 'a/b'] });
    assert.deepEqual(updated.labels, ['bug']);
    assert.deepEqual(github.violations, []);
  });

  it('can get another reason when they are already closed', async () => {
    const { github, integration } = await start();
    github.state.addIssue({ repository: 'acme/web', title: 'Done' });
    github.state.closeIssue({ repository: 'acme/web', number: 1 });
    const state = { state: 'closed', reason: 'not_planned' } as const;
    const changed = await integration.updateItem({ repository, number: 1 }, { state });
    assert.deepEqual([changed.state, changed.stateReason], ['closed', 'not_planned']);
  });

  it('are listed page by page without pull requests, and not again while nothing changed', async () => {
    const { github, integration } = await start();
    github.state.addIssues({ repository: 'acme/web', count: 149, make: (index) => ({ title: `Issue ${index}` }) });
    github.state.addPullRequest({ repository: 'acme/web', title: 'A pull request', head: 'feature' });
    const first = await integration.listItems({ repository, order: 'created' });
    assert.deepEqual([first.items.length, first.rawCount, first.pages, first.notModified], [100, 100, 2, false]);
    assert.ok(first.nextUrl !== null && first.etag !== null);
    const second = await integration.listItems({ repository, order: 'created', url: first.nextUrl });
    assert.deepEqual([second.items.length, second.rawCount, second.nextUrl], [49, 50, null]);
    const again = await integration.listItems({ repository, order: 'created', etag: first.etag });
    assert.deepEqual([again.notModified, again.items, again.etag], [true, [], first.etag]);
    const url = integration.listUrl({ repository, order: 'updated', since: '2020-01-01T00:00:00Z' });
    assert.equal((await integration.listItems({ repository, order: 'updated', url })).items.length, 100);
  });

  it('are listed with the addresses of the last and the previous page and the id of their repository', async () => {
    const { github, integration } = await start();
    const { id } = github.state.addRepository({ owner: 'acme', name: 'list', collaborators: { 'cc-bot': 'write' } });
    const place = { owner: 'acme', name: 'list' };
    github.state.addIssues({ repository: 'acme/list', count: 250, make: (index) => ({ title: `Issue ${index}` }) });
    const first = await integration.listItems({ repository: place, order: 'created' });
    assert.deepEqual([first.repositoryId, first.previousUrl, pageOf(first.lastUrl)], [String(id), null, '3']);
    const last = await integration.listItems({ repository: place, order: 'created', url: first.lastUrl ?? '' });
    assert.deepEqual([last.items.length, last.lastUrl, pageOf(last.previousUrl)], [50, null, '2']);
  });

  it('are listed without an etag on a full last page, because new issues do not change that page', async () => {
    const { github, integration } = await start();
    github.state.addIssues({ repository: 'acme/web', count: 100, make: (index) => ({ title: `Issue ${index}` }) });
    const page = await integration.listItems({ repository, order: 'created' });
    assert.deepEqual([page.items.length, page.nextUrl, page.etag], [100, null, null]);
  });

  it('are listed by cursor, without a last page, if the list is too long for page numbers', async () => {
    const { github, integration } = await start();
    github.state.addIssues({ repository: 'acme/web', count: 1100, make: (index) => ({ title: `Issue ${index}` }) });
    const page = await integration.listItems({ repository, order: 'created' });
    assert.match(String(page.nextUrl), /[?&]after=/);
    assert.equal(page.lastUrl, null);
  });

  it('are not listed from a stored address at another host', async () => {
    const { integration } = await start();
    await assert.rejects(integration.listItems({ repository, order: 'created', url: 'https://evil.example/repos' }), {
      code: 'github.foreign_page',
    });
  });

  it('are not found if they are deleted, unknown or pull requests', async () => {
    const { github, integration } = await start();
    github.state.addIssue({ repository: 'acme/web', title: 'Gone' });
    github.state.deleteIssue({ repository: 'acme/web', number: 1 });
    github.state.addPullRequest({ repository: 'acme/web', title: 'A pull request', head: 'feature' });
    const gone = (flag: boolean) => (error: unknown) =>
      error instanceof IntegrationNotFoundError && error.gone === flag;
    await assert.rejects(integration.getItem({ repository, number: 1 }), gone(true));
    await assert.rejects(integration.getItem({ repository, number: 999 }), gone(false));
    await assert.rejects(integration.getItem({ repository, number: 2 }), { code: 'github.pull_request' });
  });

  it('contain the new name of a renamed repository', async () => {
    const { github, integration } = await start();
    github.state.addIssue({ repository: 'acme/web', title: 'Here' });
    github.state.renameRepository({ repository: 'acme/web', name: 'site' });
    const item = await integration.getItem({ repository, number: 1 });
    assert.deepEqual([item.repository.owner, item.repository.name], ['acme', 'site']);
  });

  it('have their former id if the request was redirected to the repository they were transferred to', async () => {
    const { github, integration } = await start();
    github.state.addRepository({ owner: 'acme', name: 'api' });
    github.state.addIssue({ repository: 'acme/web', title: 'Moved' });
    const { externalId } = await integration.getItem({ repository, number: 1 });
    const moved = github.state.transferIssue({ repository: 'acme/web', number: 1, to: 'acme/api' });
    const ref = { repository, number: 1, externalId };
    const read = await integration.getItem(ref);
    assert.deepEqual([read.externalId, read.repository.name, read.movedFrom], [String(moved.id), 'api', externalId]);
    const written = await integration.updateItem(ref, { title: 'Changed there' });
    assert.deepEqual(
      [written.externalId, written.title, written.movedFrom],
      [String(moved.id), 'Changed there', externalId],
    );
  });

  it('do not count as deleted after a transfer to a repository with disabled issues', async () => {
    const { github, integration } = await start();
    github.state.addRepository({ owner: 'acme', name: 'api' });
    github.state.addIssue({ repository: 'acme/web', title: 'Moved' });
    github.state.transferIssue({ repository: 'acme/web', number: 1, to: 'acme/api' });
    github.state.setIssuesEnabled({ repository: 'acme/api', enabled: false });
    const ref = { repository, number: 1 };
    await assert.rejects(integration.getItem(ref), { class: 'permission', code: 'github.issues_disabled' });
    github.state.setIssuesEnabled({ repository: 'acme/api', enabled: true });
    github.state.deleteIssue({ repository: 'acme/api', number: 1 });
    await assert.rejects(integration.getItem(ref), { class: 'not_found', gone: true });
  });

  it('have no former id after a redirect that only follows a renamed repository', async () => {
    const { github, integration } = await start();
    github.state.addIssue({ repository: 'acme/web', title: 'Here' });
    const { externalId } = await integration.getItem({ repository, number: 1 });
    github.state.renameRepository({ repository: 'acme/web', name: 'site' });
    assert.equal('movedFrom' in (await integration.getItem({ repository, number: 1, externalId })), false);
  });

  it('have no former id if they have an unexpected id without a redirect', async () => {
    const { github, integration } = await start();
    const { id } = github.state.addIssue({ repository: 'acme/web', title: 'Another' });
    const read = await integration.getItem({ repository, number: 1, externalId: '1' });
    assert.deepEqual([read.externalId, 'movedFrom' in read], [String(id), false]);
  });

  it('are not changed further once a response shows that the number belongs to another issue', async () => {
    const { github, integration } = await start();
    github.state.addIssue({ repository: 'acme/web', title: 'Another', labels: ['theirs'] });
    const ref = { repository, number: 1, externalId: '1' };
    const patch = { title: 'Ours', addLabels: ['bug'], removeLabels: ['theirs'], addAssignees: ['ann'] };
    await assert.rejects(integration.updateItem(ref, patch), otherIssue);
    assert.deepEqual(
      github.requests.all().map(({ method }) => method),
      ['PATCH'],
    );
    await assert.rejects(integration.updateItem(ref, { addLabels: ['bug'] }), otherIssue);
    await assert.rejects(integration.updateItem(ref, { addAssignees: ['ann'] }), otherIssue);
  });

  it('get labels in an order that never leaves them without a priority label', async () => {
    const { github, integration } = await start();
    github.state.addIssue({ repository: 'acme/web', title: 'Old', labels: ['priority: low'] });
    await integration.updateItem(
      { repository, number: 1 },
      { title: 'New', addLabels: ['priority: high'], removeLabels: ['priority: low'] },
    );
    assert.deepEqual(
      github.requests.all().map(({ method }) => method),
      ['PATCH', 'POST', 'DELETE', 'GET'],
    );
  });

  it('are also read from an Enterprise Server', async () => {
    const { integration } = await start({ apiPath: '/api/v3' });
    const made = await integration.createItem(repository, draft);
    assert.equal((await integration.getItem({ repository, number: made.number })).title, 'New');
  });
});

const pageOf = (url: string | null | undefined): string | null => new URL(url ?? '').searchParams.get('page');
