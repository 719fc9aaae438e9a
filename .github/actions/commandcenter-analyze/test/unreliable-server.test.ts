import assert from 'node:assert/strict';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { type OsvServer, startOsvServer } from '../../../../packages/analyzer/src/advisories/testing/osv-server.ts';
import { lockfile } from '../../../../packages/server/test/analysis/planted.ts';
import { waitFor } from '../../../../packages/server/test/harness/wait-for.ts';
import { blockAdvisories } from './harness/blocked-advisories.ts';
import { type AnalyzeOptions, type Harness, openHarness } from './harness/harness.ts';
import type { HostedRepository } from './harness/hosted-repository.ts';
import { openReverseProxy, type ReverseProxy } from './harness/reverse-proxy.ts';
import { branchTrigger } from './harness/triggers.ts';
import type { RunningStep, StepRun } from './runner/run-action.ts';

describe('an unreliable server', () => {
  let osv: OsvServer;
  let harness: Harness;
  let repository: HostedRepository;
  before(async () => {
    osv = await startOsvServer([]);
    harness = await openHarness({ osvUrl: osv.url });
    repository = await harness.addRepository('web', { 'package-lock.json': lockfile({ fine: '1.0.0' }) });
  });
  after(async () => {
    await harness[Symbol.asyncDispose]();
    await osv[Symbol.asyncDispose]();
  });

  /** Runs the Action as a scheduled run, because that creates a new job every time. */
  const analyze = (url: string, options: AnalyzeOptions = {}): Promise<StepRun> =>
    harness.analyze(branchTrigger(repository, 'schedule'), {
      checkout: null,
      ...options,
      with: { 'commandcenter-url': url, ...options.with },
    });
  /** Opens a new proxy to the server, which a test can interfere with. */
  const openWay = async (intercept: ReverseProxy['intercept'] = null): Promise<ReverseProxy> =>
    Object.assign(await openReverseProxy(), { behind: harness.server.proxy.behind, intercept });
  const jobPosts = ({ requests }: ReverseProxy): number =>
    requests.filter((line) => line === 'POST /api/v1/jobs').length;
  const assertDone = (step: StepRun): void => {
    assert.equal(step.exitCode, 0, step.output);
    assert.deepEqual([step.outputs.status, step.annotations], ['completed', []]);
  };
  /** Returns a function that responds to the first `count` requests of a kind in place of the server. */
  const first = (
    count: number,
    isMeant: (request: IncomingMessage) => boolean,
    answer: (response: ServerResponse) => void,
  ) => {
    const seen = new Map<string, number>();
    return (request: IncomingMessage, response: ServerResponse): boolean => {
      const before = seen.get(`${request.method} ${request.url}`) ?? 0;
      if (!isMeant(request) || before >= count) return false;
      seen.set(`${request.method} ${request.url}`, before + 1);
      request.resume();
      answer(response);
      return true;
    };
  };

  // Run the tests in parallel, because most of them wait.
  describe('for some time or permanently', { concurrency: true }, () => {
    it('that cannot be reached fails the step with the name of the input, whatever `fail-on-errors` is', async () => {
      const gone = await openReverseProxy();
      await gone[Symbol.asyncDispose]();
      const step = await analyze(gone.url);
      assert.equal(step.exitCode, 3);
      const [error, ...others] = step.annotations;
      assert.deepEqual([error?.level, error?.title, others], ['error', 'Server unreachable', []]);
      assert.equal(
        error?.message,
        `commandcenter-url: ${gone.url} cannot be reached (ECONNREFUSED). Check the address, that the server is running, and that the runner can reach it.`,
      );
      assert.deepEqual(step.outputs, { status: 'failed' });
    });

    it('that always responds with errors fails the step', async () => {
      await using way = await openWay(
        first(
          99,
          () => true,
          (response) => response.writeHead(500).end('Internal Server Error'),
        ),
      );
      const step = await analyze(way.url);
      assert.deepEqual([step.exitCode, step.annotations[0]?.title], [3, 'Server unreachable']);
      assert.match(step.annotations[0]?.message ?? '', /^commandcenter-url: .* is temporarily unavailable \(500\)\.$/);
    });

    it('that is down for some time is tried again', async () => {
      const bad = (response: ServerResponse): void =>
        void response.writeHead(503, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
      await using way = await openWay(first(2, ({ url = '' }) => /\/(?:jobs|report)$/.test(url), bad));
      assertDone(await analyze(way.url));
      assert.equal(jobPosts(way), 3);
    });

    it('that limits requests is tried again after the requested wait', async () => {
      const at: number[] = [];
      const limited = (response: ServerResponse): void => {
        at.push(performance.now());
        response.writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': '3' }).end('{"code":"x"}');
      };
      await using way = await openWay(first(1, ({ method }) => method === 'POST', limited));
      const intercept = way.intercept;
      let again = 0;
      way.intercept = (request, response) => {
        if (request.method === 'POST' && at.length > 0) again = performance.now();
        return intercept?.(request, response) ?? false;
      };
      assertDone(await analyze(way.url));
      assert.ok(again - (at[0] ?? 0) >= 3000, 'not earlier');
    });

    it('whose response is lost creates only one job', async () => {
      const made = Promise.withResolvers<string>();
      await using way = await openWay();
      way.intercept = (request, response) => {
        if (request.method !== 'POST' || jobPosts(way) > 1) return false;
        const { headers, url = '' } = request;
        const outgoing = forward(new URL(url, way.behind ?? ''), { method: 'POST', headers }, async (answer) => {
          made.resolve(Buffer.concat(await answer.toArray()).toString());
          response.destroy();
        });
        request.pipe(outgoing);
        return true;
      };
      const step = await analyze(way.url);
      assertDone(step);
      assert.equal(jobPosts(way), 2);
      const { id } = JSON.parse(await made.promise) as { id: number };
      assert.equal(step.outputs['job-id'], String(id));
    });

    it('whose events are blocked by a proxy is polled', async () => {
      const notFound = (response: ServerResponse): void =>
        void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>Not Found</html>');
      await using way = await openWay(first(99, ({ url = '' }) => url.endsWith('/events'), notFound));
      const step = await analyze(way.url);
      assertDone(step);
      assert.ok(way.requests.some((line) => line === `GET /api/v1/jobs/${step.outputs['job-id']}`));
    });
  });

  it('whose event stream breaks off is followed from the last event', async () => {
    const held = blockAdvisories(osv);
    const seen: (string | undefined)[] = [];
    await using way = await openWay();
    way.intercept = (request, response) => {
      if (!request.url?.endsWith('/events')) return false;
      seen.push(request.headers['last-event-id']?.toString());
      if (seen.length > 1) {
        held.release();
        return false;
      }
      forward(new URL(request.url, way.behind ?? ''), { headers: request.headers }, (answer) => {
        response.writeHead(200, answer.headers);
        answer.on('data', (bytes: Buffer) => {
          // Send only the first event, and then break the connection.
          const isEvent = bytes.includes('id: ');
          response.write(bytes, () => isEvent && response.destroy());
          if (isEvent) answer.destroy();
        });
      }).end();
      return true;
    };
    assertDone(await analyze(way.url));
    const [first, second = ''] = seen;
    assert.equal(first, undefined);
    assert.match(second, /^\d+$/);
  });

  it('that is restarted continues with the job, and the step follows it', async () => {
    const held = blockAdvisories(osv);
    const during = async (step: RunningStep): Promise<void> => {
      const id = await waitFor('a job to be followed', () => /: job (\d+)/.exec(step.output())?.[1]);
      await harness.server.comeTo(id, 'running');
      await held.asked;
      await harness.server.stop();
      await harness.server.start();
      held.release();
    };
    const step = await analyze(harness.server.url, { during });
    assertDone(step);
    assert.equal((await harness.server.job(step.outputs['job-id'])).status, 'completed');
  });
});
