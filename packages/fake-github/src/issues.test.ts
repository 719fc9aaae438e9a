import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import type { NewIssue } from './state/issues.ts';
import { type Call, checkedClient } from './testing/checked-client.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';

const issues = '/repos/acme/web/issues';

describe('issues behave like on GitHub', () => {
  let github: FakeGitHub;
  let receiver: Receiver;
  let call: Call;
  let now: number;

  beforeEach(async () => {
    now = Date.parse('2026-01-02T03:04:05.678Z');
    github = await startFakeGitHub({ clock: { now: () => new Date(now) } });
    receiver = await startReceiver();
    github.state.addOrganization('acme', { members: { robot: 'admin', ann: 'member' } });
    github.state.addRepository({ owner: 'acme', name: 'web', labels: ['Bug Report'] });
    github.state.addUser('stranger');
    github.state.addWebhook({ repository: 'acme/web', url: receiver.url, secret: 'secret' });
    call = checkedClient(github, github.state.addToken({ login: 'robot' }));
  });
  afterEach(async () => {
    await github.close();
    await receiver[Symbol.asyncDispose]();
    assert.deepEqual(receiver.schemaErrors, []);
  });

  const events = async (): Promise<string[]> => {
    await github.webhooks.idle();
    return receiver.events();
  };

  it('with times in whole seconds', async () => {
    const { at } = await call('POST', issues, { title: 'A' });
    assert.equal(at('created_at'), '2026-01-02T03:04:05Z');
    assert.equal(at('updated_at'), '2026-01-02T03:04:05Z');
  });

  it('a write without a change neither updates updated_at nor sends a webhook', async () => {
    await call('POST', issues, { title: 'A', body: 'text', labels: ['bug'], assignees: ['ann'] });
    await github.webhooks.idle();
    const before = receiver.deliveries.length;
    now += 60_000;
    const same = { title: 'A', body: 'text', state: 'open', labels: ['BUG'], assignees: ['Ann'] };
    const { at } = await call('PATCH', `${issues}/1`, same);
    assert.equal(at('updated_at'), '2026-01-02T03:04:05Z');
    await call('POST', `${issues}/1/labels`, { labels: ['Bug'] });
    await call('POST', `${issues}/1/assignees`, { assignees: ['ann', 'stranger'] });
    assert.equal((await call('GET', `${issues}/1`)).at('updated_at'), '2026-01-02T03:04:05Z');
    await github.webhooks.idle();
    assert.equal(receiver.deliveries.length, before);
  });

  it('one PATCH sends an event per kind of change and updates updated_at once', async () => {
    await call('POST', issues, { title: 'A', labels: ['bug'] });
    await github.webhooks.idle();
    receiver.deliveries.length = 0;
    now += 5000;
    const change = { title: 'B', state: 'closed', labels: ['question'], assignees: ['ann'] };
    const { at } = await call('PATCH', `${issues}/1`, change);
    assert.equal(at('updated_at'), '2026-01-02T03:04:10Z');
    assert.equal(at('state_reason'), 'completed');
    assert.deepEqual(await events(), [
      'issues.edited',
      'issues.closed',
      'issues.labeled',
      'issues.unlabeled',
      'issues.assigned',
    ]);
    assert.deepEqual(receiver.deliveries[0]?.at('changes'), { title: { from: 'A' } });
    assert.equal(receiver.deliveries[2]?.at('label.name'), 'question');
  });

  it('labels are compared without case, keep their case, and are created on use', async () => {
    const { at } = await call('POST', issues, { title: 'A', labels: ['bug REPORT', 'brand new'] });
    assert.deepEqual(at('labels.*.name'), ['Bug Report', 'brand new']);
    assert.equal((await call('GET', '/repos/acme/web/labels/Brand%20New')).at('name'), 'brand new');
    assert.equal((await call('DELETE', `${issues}/1/labels/BRAND%20new`)).status, 200);
    const gone = await call('DELETE', `${issues}/1/labels/brand%20new`);
    assert.equal(gone.status, 404);
    assert.equal(gone.at('message'), 'Label does not exist');
  });

  it('assignees who cannot be assigned are dropped silently', async () => {
    const { at } = await call('POST', issues, { title: 'A', assignees: ['ann', 'stranger', 'no-such-person'] });
    assert.deepEqual(at('assignees.*.login'), ['ann']);
    const added = await call('POST', `${issues}/1/assignees`, { assignees: ['stranger', 'robot'] });
    assert.equal(added.at('assignees.length'), 2);
  });

  it('a setting refuses such assignees with 422, except at the endpoint for adding assignees', async () => {
    github.settings.unassignable = 'reject';
    const refused = await call('POST', issues, { title: 'A', assignees: ['ann', 'stranger'] });
    assert.equal(refused.status, 422);
    const detail = { resource: 'Issue', code: 'invalid', field: 'assignees', value: 'stranger' };
    assert.deepEqual(refused.at('errors'), [detail]);
    await call('POST', issues, { title: 'A', assignees: ['ann'] });
    assert.equal((await call('PATCH', `${issues}/1`, { assignees: ['nobody'] })).status, 422);
    assert.equal((await call('POST', `${issues}/1/assignees`, { assignees: ['stranger'] })).at('assignees.length'), 1);
  });

  it('state_reason is ignored unless the state changes', async () => {
    await call('POST', issues, { title: 'A' });
    assert.equal((await call('PATCH', `${issues}/1`, { state_reason: 'not_planned' })).at('state_reason'), null);
    const closed = await call('PATCH', `${issues}/1`, { state: 'closed', state_reason: 'duplicate' });
    assert.equal(closed.at('state_reason'), 'duplicate');
    assert.equal((await call('PATCH', `${issues}/1`, { state: 'open' })).at('state_reason'), 'reopened');
  });

  it('invalid input is refused with GitHub’s error body', async () => {
    const missing = await call('POST', issues, { body: 'no title' });
    assert.equal(missing.status, 422);
    assert.deepEqual(missing.at('errors'), [{ resource: 'Issue', code: 'missing_field', field: 'title' }]);
    const long = await call('POST', issues, { title: 'A', body: 'x'.repeat(65_537) });
    assert.equal(long.at('errors.0.message'), 'body is too long (maximum is 65536 characters)');
    assert.equal((await call('POST', issues, { title: 'A', body: '🌈'.repeat(65_537) })).status, 422);
    const wrongType = await call('PATCH', `${issues}/1`, { title: { no: 'text' } });
    assert.equal(wrongType.status, 404);
    await call('POST', issues, { title: 'A' });
    const invalid = await call('PATCH', `${issues}/1`, { body: 5 });
    assert.equal(invalid.status, 422);
    assert.match(String(invalid.at('message')), /^Invalid request/);
    assert.equal((await call('POST', `${issues}/1/labels`, { labels: ['x'.repeat(51)] })).status, 422);
  });

  it('text limits count code points and can be changed', async () => {
    const longest = { title: '🌈'.repeat(256), body: '🌈'.repeat(65_536), labels: ['🌈'.repeat(50)] };
    assert.equal((await call('POST', issues, longest)).status, 201);
    assert.equal((await call('POST', issues, { title: 'x'.repeat(257) })).status, 422);
    Object.assign(github.settings.limits, { title: 300, label: 60 });
    assert.equal((await call('POST', issues, { title: 'x'.repeat(300), labels: ['x'.repeat(60)] })).status, 201);
  });

  it('a deleted issue is 410, a transferred or renamed one is 301, and an invisible one is 404', async () => {
    github.state.addRepository({ owner: 'acme', name: 'other' });
    github.state.addRepository({ owner: 'ann', name: 'secret', private: true });
    for (const title of ['A', 'B', 'C']) github.state.addIssue({ repository: 'acme/web', title });
    github.state.deleteIssue({ repository: 'acme/web', number: 1 });
    const moved = github.state.transferIssue({ repository: 'acme/web', number: 2, to: 'acme/other' });
    assert.equal((await call('GET', `${issues}/1`)).status, 410);
    const transferred = await call('GET', `${issues}/2`);
    assert.equal(transferred.status, 301);
    const followed = await call('GET', transferred.headers.get('location') ?? '');
    assert.equal(followed.at('id'), moved.id);
    assert.equal((await call('GET', '/repos/ann/secret')).status, 404);
    assert.equal((await call('GET', '/repos/acme/nowhere')).status, 404);
    github.state.renameRepository({ repository: 'acme/web', name: 'website' });
    const renamed = await call('GET', `${issues}?state=all`);
    assert.equal(renamed.status, 301);
    assert.match(String(renamed.at('url')), /\/repositories\/\d+\/issues\?state=all$/);
    assert.equal((await call('GET', String(renamed.at('url')))).at('0.number'), 3);
    github.state.addRepository({ owner: 'acme', name: 'web' });
    assert.deepEqual((await call('GET', issues)).body, []);
    github.state.deleteRepository({ repository: 'acme/web' });
    assert.equal((await call('GET', issues)).status, 404);
    assert.deepEqual((await events()).slice(3), ['issues.deleted', 'issues.transferred', 'repository.renamed']);
    assert.equal(receiver.deliveries[4]?.at('changes.new_issue.number'), moved.number);
  });

  it('lists contain pull requests, filter by since to the second, and have Link headers', async () => {
    github.state.addIssue({ repository: 'acme/web', title: 'Old' });
    now += 10_000;
    github.state.addIssue({ repository: 'acme/web', title: 'New' });
    github.state.addPullRequest({ repository: 'acme/web', title: 'Change', head: 'topic' });
    github.state.closeIssue({ repository: 'acme/web', number: 2 });
    const since = await call('GET', `${issues}?state=all&since=2026-01-02T03:04:15Z&sort=updated&direction=asc`);
    assert.deepEqual(since.at('*.number'), [2, 3]);
    assert.equal(since.at('0.pull_request'), undefined);
    assert.match(String(since.at('1.pull_request.url')), /\/pulls\/3$/);
    assert.equal((await call('GET', `${issues}?labels=none-such`)).at('length'), 0);
    assert.equal((await call('GET', issues)).at('length'), 2);
    const first = await call('GET', `${issues}?state=all&per_page=2`);
    const next = /<([^>]+)>; rel="next", <[^>]+>; rel="last"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    assert.match(next, /\/repositories\/\d+\/issues\?state=all&per_page=2&page=2$/);
    const second = await call('GET', next);
    assert.deepEqual(second.at('*.number'), [1]);
    assert.doesNotMatch(second.headers.get('link') ?? '', /rel="next"/);
  });

  const turnPages = async (path: string, meanwhile: (page: number) => void): Promise<number[]> => {
    const numbers: number[] = [];
    let url: string | undefined = path;
    for (let page = 1; url !== undefined; page += 1) {
      const { at, headers, status } = await call('GET', url);
      assert.equal(status, 200);
      numbers.push(...(at('*.number') as number[]));
      url = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
      meanwhile(page);
    }
    return numbers;
  };

  it('10,000 issues are listed on a hundred pages by cursor without gaps or duplicates', async () => {
    const make = (index: number): NewIssue => ({ title: `Issue ${index}`, labels: ['bug', `area ${index % 3}`] });
    github.state.addIssues({ repository: 'acme/web', count: 10_000, make });
    const numbers = await turnPages(`${issues}?state=all&sort=updated&direction=asc&per_page=100`, () => {});
    assert.equal(github.requests.count(), 100);
    assert.equal(new Set(numbers).size, 10_000);
    assert.equal((await events()).length, 0);
    assert.deepEqual(github.violations, []);
  });

  it('an issue that changes during a listing pushes no other issue out', async () => {
    github.state.addIssues({ repository: 'acme/web', count: 1500, make: (index) => ({ title: `Issue ${index}` }) });
    const numbers = await turnPages(`${issues}?state=all&sort=updated&direction=asc&per_page=100`, (page) => {
      now += 1000;
      if (page <= 3) github.state.editIssue({ repository: 'acme/web', number: page, title: 'Changed' });
    });
    assert.equal(new Set(numbers).size, 1500);
    assert.deepEqual(numbers.slice(-3), [1, 2, 3]);
  });

  it('a page number is refused from the 10,000th issue on, and cursors also lead back', async () => {
    github.state.addIssues({ repository: 'acme/web', count: 1500, make: (index) => ({ title: `Issue ${index}` }) });
    const refused = await call('GET', `${issues}?page=100&per_page=100`);
    assert.equal(refused.status, 422);
    assert.match(String(refused.at('message')), /please use cursor based pagination/);
    const second = await call('GET', `${issues}?page=2&per_page=100`);
    const previous = /<([^>]+)>; rel="prev"/.exec(second.headers.get('link') ?? '')?.[1] ?? '';
    assert.match(previous, /before=/);
    assert.equal((await call('GET', previous)).at('0.number'), 1500);
    assert.doesNotMatch(second.headers.get('link') ?? '', /rel="last"/);
  });

  it('a renamed or deleted label changes its issues without events about them', async () => {
    github.state.addIssue({ repository: 'acme/web', title: 'A', labels: ['bug', 'question'] });
    await github.webhooks.idle();
    receiver.deliveries.length = 0;
    github.state.renameLabel({ repository: 'acme/web', name: 'bug', newName: 'defect' });
    github.state.deleteLabel({ repository: 'acme/web', name: 'question' });
    const { at } = await call('GET', `${issues}/1`);
    assert.deepEqual(at('labels.*.name'), ['defect']);
    assert.deepEqual(await events(), ['label.edited', 'label.deleted']);
    assert.deepEqual(receiver.deliveries[0]?.at('changes'), { name: { from: 'bug' } });
  });
});
