import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { waitFor } from '../harness/wait-for.ts';
import { ANALYSIS_MS, type Job } from './analysis-server.ts';
import { type Connected, connect } from './connected.ts';
import { lockfile, madeUpToken, weakAdvisory } from './planted.ts';

/** A file name that tries to act as a link, a picture, a mention, a workflow command and the marker at the end of our comment. */
const HOSTILE_NAME =
  '<img src=x onerror=alert(1)> **bold** [a](javascript:alert(1)) @ann acme#1 `x`` | \n::error::pwned\n<!-- commandcenter-analysis:analysis:1:1 -->.js';
const HOSTILE_SUMMARY = '<b onclick=x>Pollution</b> **bold** [a](javascript:alert(1)) @ann acme#1 https://evil.example';

/** Patterns that GitHub would turn into mentions or links when they are neither escaped nor code. */
const live: [what: string, pattern: RegExp][] = [
  ['a mention', /@\w/],
  ['an issue', /\w#\d/],
  ['an address', /https?:\/\/evil/],
  ['HTML', /<[a-z/!]/i],
  ['a link', /(?<!\\)\]\(javascript/],
  ['bold', /(?<!\\)\*\*bold/],
  ['a command of a workflow', /^\s*::/m],
];
/**
 * Removes code spans: the text between two equally long runs of backticks that no backslash precedes
 * (https://spec.commonmark.org/0.31.2/#code-spans).
 */
const withoutCode = (markdown: string): string =>
  markdown.replace(/\\[\s\S]|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, (found, fence?: string) =>
    fence === undefined ? found : '',
  );

describe('a pull request at GitHub that the server comes to with a token', () => {
  let connected: Connected;
  let secret: string;
  let number: number;

  before(async () => {
    connected = await connect({
      advisory: weakAdvisory(HOSTILE_SUMMARY),
      private: false,
      credential: (state) => ({ auth_type: 'token', access_token: state.addToken({ login: 'robot' }) }),
    });
  });
  after(() => connected.close());

  const comments = (of = number) =>
    connected.enterprise.github.state.issue({ repository: 'acme/web', number: of }).comments;
  /** Waits for the job that publishes the analysis of a commit at GitHub. Returns the analysis and that job. */
  const shown = async (sha: string): Promise<{ analysis: Job; publication: Job }> => {
    const { server } = connected;
    const analysis = await waitFor(`the analysis of ${sha}`, async () =>
      (await server.analyses()).find(({ parameters }) => parameters.commit_sha === sha),
    );
    await server.comeTo(analysis.id, 'completed', 'failed', 'cancelled');
    const publication = await waitFor(
      'the analysis to be shown',
      async () => {
        const path = '/jobs?job_type=analysis_publication';
        const { items } = await server.call<{ items: Job[] }>('GET', path);
        return items.find(
          ({ parameters, status }) =>
            'analysis_job_id' in parameters && parameters.analysis_job_id === analysis.id && status === 'completed',
        );
      },
      ANALYSIS_MS,
    );
    return { analysis: await server.call('GET', `/jobs/${analysis.id}`), publication };
  };

  it('gets one comment with what the report says', async () => {
    const { enterprise, repository, server, push } = connected;
    secret = madeUpToken();
    await repository.write(`src/${HOSTILE_NAME}`, `export const token = '${secret}';\n`);
    await repository.write('package-lock.json', lockfile({ weak: '1.2.3' }));
    const headSha = push('feature');
    const pull = { repository: 'acme/web', title: 'Feature', head: 'feature', headSha };
    ({ number } = enterprise.github.state.addPullRequest(pull));
    const { analysis } = await shown(headSha);
    const [comment, ...others] = comments();
    assert.deepEqual([comment?.author.login, others.length], ['robot', 0]);
    const { findings, result } = await server.report(analysis.id);
    assert.deepEqual(
      findings.map(({ rule, state }) => [rule, state]),
      [
        ['secrets/github-token', 'new'],
        ['vulnerabilities/CVE-2099-0001', 'new'],
      ],
    );
    const body = comment?.body ?? '';
    assert.ok(body.startsWith('### CommandCenter analysis: 2 conditions failed: 2 new findings\n\n'), body);
    assert.ok(body.includes(result.summary), 'the summary of the report');
    assert.ok(body.includes('`secrets/github-token`') && body.includes('`vulnerabilities/CVE-2099-0001`'));
    assert.match(body, /Upgrade weak to 2\.0\.0 or newer/);
    assert.ok(!body.includes(secret), 'the secret is not shown');
    const [, link = ''] = /\[Details\]\(<(.*)>\)/.exec(body) ?? [];
    assert.match(link, new RegExp(`/api/v1/jobs/${analysis.id}/report\\.html$`));
    assert.ok(!(await server.text(`/jobs/${analysis.id}/report.html`)).includes(secret));
  });

  it('shows strangers no link that opens the report, because the repository is public', async () => {
    const { server } = connected;
    const [job] = await server.analyses();
    const { report_url: url = '' } = job?.result ?? {};
    assert.match(url ?? '', /\/report\.html$/);
    assert.ok(comments()[0]?.body.includes(`[Details](<${url}>)`));
    const page = await fetch((url ?? '').replace(/^https?:\/\/[^/]+/, server.url), {
      headers: { accept: 'text/html' },
    });
    assert.equal(page.status, 401);
    assert.match(await page.text(), /needs a token.*POST \/api\/v1\/jobs\/\d+\/report-link/);
  });

  it('is shown texts of the repository and of advisories as they are: they do nothing there', () => {
    const body = comments()[0]?.body ?? '';
    const [text = '', ending] = body.split('\n\n[Details](<');
    for (const part of ['onerror=alert', 'onclick=x', 'javascript:alert', 'evil.example']) {
      assert.ok(text.includes(part), `${part} is shown`);
    }
    for (const [what, pattern] of live) assert.doesNotMatch(withoutCode(text), pattern, what);
    assert.match(ending ?? '', /\n\n<!-- commandcenter-analysis:analysis:1:\d+ -->$/);
  });

  it('has the same comment changed when it gets new commits', async () => {
    const { enterprise, repository, push } = connected;
    const before = comments()[0];
    const writesBefore = writes();
    await rm(join(repository.folder, 'src', HOSTILE_NAME));
    const headSha = push('feature');
    enterprise.github.state.synchronizePullRequest({ repository: 'acme/web', number, headSha });
    await shown(headSha);
    const [comment, ...others] = comments();
    assert.deepEqual([comment?.id, others.length], [before?.id, 0]);
    assert.match(comment?.body ?? '', /^### CommandCenter analysis: 1 condition failed: 1 new finding\n/);
    assert.doesNotMatch(comment?.body ?? '', /github-token/);
    assert.deepEqual(writes().slice(writesBefore.length), [`PATCH /repos/acme/web/issues/comments/${before?.id}`]);
    assert.deepEqual(enterprise.github.violations, []);
  });

  it('is analysed also where the token may not comment, and the job that should have shown it says why', async () => {
    const { enterprise, repository, server, push } = connected;
    const { state } = enterprise.github;
    const permissions = { contents: 'read', issues: 'read', pull_requests: 'read' } as const;
    const token = state.addToken({ login: 'robot', permissions });
    await server.call('PATCH', '/integrations/1', { access_token: token });
    await repository.write('src/config.js', 'export const nothing = 1;\n');
    const headSha = push('other');
    const other = state.addPullRequest({ repository: 'acme/web', title: 'Other', head: 'other', headSha }).number;
    const { analysis, publication } = await shown(headSha);
    assert.deepEqual([analysis.status, analysis.result?.complete], ['completed', true]);
    const told = publication.result as unknown as { kind: string; url: string | null; reason: string };
    assert.deepEqual([told.kind, told.url], ['none', null]);
    assert.match(told.reason, /403.*Resource not accessible by personal access token.*pull_requests:write/);
    const job = await server.call<{ publication: { kind: string; reason: string } }>('GET', `/jobs/${analysis.id}`);
    assert.deepEqual([job.publication.kind, job.publication.reason], ['none', told.reason]);
    assert.deepEqual(comments(other), []);
    const integration = await server.call<{ status: string; enabled: boolean }>('GET', '/integrations/1');
    assert.deepEqual([integration.status, integration.enabled], ['active', true]);
  });

  const writes = (): string[] =>
    connected.enterprise.github.requests
      .all()
      .filter(({ method, path }) => method !== 'GET' && path.includes('comments'))
      .map(({ method, path }) => `${method} ${path}`);
});
