import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakeGitHub } from '@commandcenter/fake-github';
import { findings, present } from '../../test/analysis.ts';
import { type Connected, connectApp, repository, signInApp } from '../../test/fixture.ts';

const at = `${repository.owner}/${repository.name}`;

describe('an analysis published by an App', () => {
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

  it('is in progress, then completed with 120 annotations in three requests, and then not written again', async () => {
    const { publish, runs, completed, inProgress, requestCount } = await start(connectApp());
    const begun = await publish(inProgress);
    assert.deepEqual([begun.kind, runs()[0]?.status, runs()[0]?.title], ['check', 'in_progress', 'Running']);
    const presentation = { ...completed, annotations: findings(120), externalId: begun.externalId };
    const published = await publish(presentation);
    assert.deepEqual(published, begun);
    const [run, ...others] = runs();
    assert.ok(run !== undefined);
    assert.deepEqual(others, []);
    assert.deepEqual([run.status, run.conclusion, run.title], ['completed', 'failure', '3 new findings']);
    assert.deepEqual(
      [run.summary, run.text, run.detailsUrl],
      ['The gate is **red**.', 'Details', completed.detailsUrl],
    );
    assert.deepEqual(
      run.annotations.map(({ message }) => message),
      findings(120).map(({ message }) => message),
    );
    assert.equal(requestCount('writes'), 1 + 3);
    assert.deepEqual(await publish({ ...presentation, externalId: null }), published);
    assert.deepEqual(await publish(inProgress), published);
    assert.equal(requestCount('writes'), 1 + 3);
  });

  it('is completed only with the last of its annotations', async () => {
    const { github, publish, runs, completed } = await start(connectApp());
    github.fault({ kind: 'status', status: 502, method: 'PATCH', path: /check-runs/ });
    const presentation = { ...completed, annotations: findings(51) };
    await assert.rejects(publish(presentation), { code: 'github.outage' });
    assert.deepEqual([runs()[0]?.status, runs()[0]?.annotations.length], ['in_progress', 50]);
    await publish(presentation);
    assert.deepEqual([runs().length, runs()[0]?.conclusion, runs()[0]?.annotations.length], [1, 'failure', 51]);
  });

  for (const [request, method] of [
    ['the first request', 'POST'],
    ['an update', 'PATCH'],
  ] as const) {
    it(`has every annotation once although the response to ${request} was lost`, async () => {
      const { github, publish, runs, completed } = await start(connectApp());
      const presentation = { ...completed, annotations: findings(120) };
      github.fault({ kind: 'reset', method, path: /check-runs/ });
      await assert.rejects(publish(presentation));
      await publish(presentation);
      assert.equal(runs().length, 1);
      assert.deepEqual(
        runs()[0]?.annotations.map(({ message }) => message),
        findings(120).map(({ message }) => message),
      );
    });
  }

  it('gets a new check when the findings of the commit change, and the interrupted check is cancelled', async () => {
    const { github, publish, runs, completed } = await start(connectApp());
    github.fault({ kind: 'status', status: 502, method: 'PATCH', path: /check-runs/ });
    await assert.rejects(publish({ ...completed, annotations: findings(60) }));
    const fewer = { ...completed, annotations: findings(2), conclusion: 'success' } as const;
    const published = await publish(fewer);
    assert.deepEqual(
      runs().map((run) => [run.conclusion, run.annotations.length]),
      [
        ['cancelled', 50],
        ['success', 2],
      ],
    );
    assert.equal(published.externalId, String(runs()[1]?.id));
    assert.deepEqual(await publish(fewer), published);
  });

  it('gets a changed conclusion in the same check', async () => {
    const { publish, runs, completed } = await start(connectApp());
    await publish({ ...completed, annotations: findings(3) });
    await publish({ ...completed, annotations: findings(3), conclusion: 'success', title: 'Passed' });
    assert.deepEqual(
      runs().map((run) => [run.conclusion, run.title, run.annotations.length]),
      [['success', 'Passed', 3]],
    );
  });

  it('has a check of its own in each project', async () => {
    const { publish, runs, completed } = await start(connectApp());
    const first = await publish(completed);
    const second = await publish({ ...completed, marker: 'p8:acme/web', externalId: first.externalId });
    assert.notEqual(first.externalId, second.externalId);
    assert.deepEqual([runs().length, (await publish(completed)).externalId], [2, first.externalId]);
  });

  it('leaves the check of another App with the same marker alone', async () => {
    const connected = await start(connectApp());
    const { publish, runs, completed } = connected;
    const { externalId } = await publish(completed);
    await signInApp(connected, { appId: 13, slug: 'other' });
    await publish({ ...completed, title: 'Other', externalId });
    assert.deepEqual(
      runs().map(({ app, title }) => [app.slug, title]),
      [
        ['helper', '3 new findings'],
        ['other', 'Other'],
      ],
    );
  });

  it('sends annotations in requests that are never retried automatically', async () => {
    const { context, publish, completed } = await start(connectApp());
    const repeatable: (boolean | undefined)[] = [];
    const { fetch } = context;
    context.fetch = (url, init, options) => {
      if (/check-runs/.test(url) && init?.method !== 'GET') repeatable.push(options?.idempotent);
      return fetch(url, init, options);
    };
    await publish({ ...completed, annotations: findings(60) });
    await publish({ ...completed, annotations: findings(60), title: 'No annotations in this one' });
    assert.deepEqual(repeatable, [false, false, true]);
  });

  it('is also shown on a commit without a pull request', async () => {
    const { github, publish, runs, completed } = await start(connectApp());
    const headSha = github.state.push({ repository: at });
    const { kind } = await publish({ ...completed, headSha, pullRequest: null });
    assert.deepEqual([kind, runs()[0]?.headSha], ['check', headSha]);
  });

  it('is cut to GitHub’s size limits, without the annotations that GitHub would refuse', async () => {
    const { publish, runs, completed } = await start(connectApp());
    const [good] = findings(1);
    assert.ok(good !== undefined);
    await publish({
      ...completed,
      title: 'T'.repeat(400),
      summary: `${'ä'.repeat(200)}\n`.repeat(400),
      text: `\`\`\`\n${'x'.repeat(100_000)}`,
      annotations: [
        { ...good, message: '😀'.repeat(20_000), title: 'R'.repeat(300), startLine: 9, endLine: 0 },
        ...['/etc/passwd', '../a', 'a//b', 'C:\\a', ''].map((path) => ({ ...good, path })),
      ],
    });
    const [run] = runs();
    assert.ok(run?.title && run.summary && run.text);
    assert.equal(run.title.length, 255);
    assert.match(run.summary, /ä\n\n\*The rest was cut[^\n]*\n\nFindings that are not shown as annotations: 5\.$/);
    assert.match(run.text, /x\n```\n\n\*The rest was cut/);
    for (const text of [run.summary, run.text]) {
      assert.ok(Buffer.byteLength(text) <= 65_535 && Buffer.byteLength(text) > 60_000);
    }
    const [annotation, ...others] = run.annotations;
    assert.deepEqual([annotation?.startLine, annotation?.endLine, annotation?.title?.length], [9, 9, 255]);
    assert.ok(Buffer.byteLength(annotation?.message ?? '') <= 65_535);
    assert.match(annotation?.message ?? '', /😀\n\n… \(cut\)$/u);
    assert.deepEqual(others, []);
  });

  it('has its conclusion although GitHub refuses its annotations', async () => {
    const { github, publish, runs, completed, inProgress } = await start(connectApp());
    await publish(inProgress);
    github.fault({ kind: 'status', status: 422, method: 'PATCH', path: /check-runs/ });
    await publish({ ...completed, annotations: findings(60) });
    const [run] = runs();
    assert.deepEqual([run?.conclusion, run?.annotations.length], ['failure', 0]);
    assert.match(run?.summary ?? '', /not shown as annotations: 60/);
  });

  it('is a comment if the App may not write checks, and the result gives that reason', async () => {
    const permissions = { checks: 'read' } as const;
    const { publish, runs, comments, completed, inProgress } = await start(connectApp({ permissions }));
    const begun = await publish(inProgress);
    assert.equal(begun.kind, 'none');
    assert.match(begun.reason ?? '', /checks:write/);
    const published = await publish(completed);
    assert.equal(published.kind, 'comment');
    assert.match(published.reason ?? '', /checks:write/);
    assert.equal(comments()[0]?.author.login, 'helper[bot]');
    await publish({ ...completed, title: 'Again' });
    assert.deepEqual([runs().length, comments().length], [0, 1]);
  });

  it('is also published on an Enterprise Server', async () => {
    const { github, publish, runs, completed } = await start(connectApp({ apiPath: '/api/v3' }));
    const { url } = await publish(completed);
    assert.equal(url, `${github.url}/acme/web/runs/${runs()[0]?.id}`);
  });
});
