import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakeGitHub } from '@commandcenter/fake-github';
import { marker, present } from '../../test/analysis.ts';
import { type Connected, connect, repository } from '../../test/fixture.ts';

const at = `${repository.owner}/${repository.name}`;
const ending = `<!-- commandcenter-analysis:${marker} -->`;

describe('an analysis published with a token', () => {
  let github: FakeGitHub | undefined;
  afterEach(async () => {
    assert.deepEqual(github?.violations, []);
    await github?.close();
  });
  const start = async (connecting: Promise<Connected>) => {
    const presented = await present(await connecting);
    github = presented.github;
    return presented;
  };

  it('is commented when it is completed, updated in place, and not written again if nothing changed', async () => {
    const { publish, comments, completed, inProgress, requestCount } = await start(connect());
    const begun = await publish(inProgress);
    assert.deepEqual([begun.kind, begun.externalId, comments().length], ['none', null, 0]);
    const published = await publish(completed);
    const [comment] = comments();
    assert.deepEqual([published.kind, published.externalId], ['comment', String(comment?.id)]);
    const details = '[Details](<https://cc.example/jobs/1>)';
    const heading = '### CommandCenter analysis: 3 new findings';
    assert.equal(comment?.body, [heading, 'The gate is **red**.', 'Details', details, ending].join('\n\n'));
    assert.deepEqual(await publish({ ...completed, externalId: published.externalId }), published);
    assert.equal(requestCount('writes'), 1);
    const changed = { ...completed, title: 'Passed' };
    assert.deepEqual(await publish(changed), published);
    assert.match(comments()[0]?.body ?? '', /: Passed\n/);
    assert.deepEqual([comments().length, requestCount('writes')], [1, 2]);
  });

  it('is commented once although the response was lost', async () => {
    const { github, publish, comments, completed } = await start(connect());
    github.fault({ kind: 'reset', method: 'POST', path: /comments$/ });
    await assert.rejects(publish(completed));
    const published = await publish(completed);
    assert.deepEqual([comments().length, published.externalId], [1, String(comments()[0]?.id)]);
  });

  it('is commented again if its comment was deleted, even during an update', async () => {
    const { github, publish, number, comments, completed } = await start(connect());
    const { externalId } = await publish(completed);
    github.state.deleteComment({ repository: at, number, id: Number(externalId) });
    const second = await publish({ ...completed, externalId });
    assert.notEqual(second.externalId, externalId);
    github.fault({ kind: 'status', status: 404, method: 'PATCH', path: /comments/ });
    const third = await publish({ ...completed, title: 'Other', externalId: second.externalId });
    assert.notEqual(third.externalId, second.externalId);
    assert.match(comments().at(-1)?.body ?? '', /Other/);
  });

  it('never overwrites the comment of another account, even with the same marker or id', async () => {
    const { github, publish, number, comments, completed } = await start(connect());
    const here = { repository: at, number };
    const theirs = github.state.commentOnIssue({ ...here, by: 'ann', body: `Mine\n\n${ending}` });
    const quoting = github.state.commentOnIssue({ ...here, by: 'robot', body: `They said ${ending} and more` });
    const { number: other } = github.state.addPullRequest({ repository: at, title: 'Other', head: 'other' });
    const elsewhere = github.state.commentOnIssue({ repository: at, number: other, by: 'robot', body: ending });
    for (const id of [theirs, quoting, elsewhere]) await publish({ ...completed, externalId: String(id) });
    assert.deepEqual(
      comments().map(({ author, body }) => [author.login, body.slice(0, 9)]),
      [
        ['ann', 'Mine\n\n<!-'],
        ['robot', 'They said'],
        ['robot', '### Comma'],
      ],
    );
    assert.equal(github.state.issue({ repository: at, number: other }).comments[0]?.body, ending);
  });

  it('finds its comment on the first and the last pages of hundreds', async () => {
    const { github, publish, number, comments, completed, requestCount } = await start(connect());
    const chat = (count: number): void => {
      for (let index = 0; index < count; index += 1) {
        github.state.commentOnIssue({ repository: at, number, body: 'Chat' });
      }
    };
    chat(210);
    const published = await publish(completed);
    assert.equal((await publish(completed)).externalId, published.externalId);
    chat(1000);
    const before = requestCount('reads');
    await publish({ ...completed, marker: 'another' });
    assert.equal(requestCount('reads') - before, 10);
    assert.equal(comments().length, 210 + 1 + 1000 + 1);
  });

  it('is cut to the longest comment that GitHub accepts', async () => {
    const { publish, comments, completed } = await start(connect());
    await publish({ ...completed, text: 'ü lines of it\n'.repeat(10_000) });
    const body = comments()[0]?.body ?? '';
    assert.ok(body.length <= 65_536 && body.length > 60_000);
    assert.ok(body.includes('The rest was cut') && body.endsWith(ending));
    assert.equal((await publish({ ...completed, text: 'short' })).kind, 'comment');
    assert.equal(comments().length, 1);
  });

  it('is only commented on pull requests', async () => {
    const { publish, completed, requestCount } = await start(connect());
    const published = await publish({ ...completed, pullRequest: null });
    assert.deepEqual([published.kind, requestCount('writes')], ['none', 0]);
    assert.match(published.reason ?? '', /no pull request/);
  });

  it('is not shown without permission, and the result names the missing permission', async () => {
    const { github, publish, comments, completed, context } = await start(connect());
    const permissions = { issues: 'read', pull_requests: 'read' } as const;
    await context.credentials.set({ accessToken: github.state.addToken({ login: 'robot', permissions }) });
    const published = await publish({ ...completed, externalId: '17' });
    assert.deepEqual([published.kind, published.url, published.externalId], ['none', null, '17']);
    assert.match(published.reason ?? '', /403.*pull_requests:write/);
    github.fault({ kind: 'status', status: 404, method: 'POST', path: /comments$/ });
    assert.equal((await publish(completed)).kind, 'none');
    assert.deepEqual(comments(), []);
  });

  it('refuses a marker that could end the HTML comment around it', async () => {
    const { publish, completed } = await start(connect());
    for (const wrong of ['a-->b', '', 'a#b', 'x'.repeat(129)]) {
      await assert.rejects(publish({ ...completed, marker: wrong }), { code: 'github.bad_marker' });
    }
  });
});
