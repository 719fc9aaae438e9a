import assert from 'node:assert/strict';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { type OsvServer, startOsvServer } from '../../../../packages/analyzer/src/advisories/testing/osv-server.ts';
import { lockfile } from '../../../../packages/server/test/analysis/planted.ts';
import { waitFor } from '../../../../packages/server/test/harness/wait-for.ts';
import type { RunningStep, StepRun } from './runner/run-action.ts';
import { type Detour, openDetour } from './stage/detour.ts';
import { holdAdvisories } from './stage/held-advisories.ts';
import type { HostedRepository } from './stage/hosted-repository.ts';
import { type AnalyseOptions, openStage, type Stage } from './stage/stage.ts';
import { branchTrigger } from './stage/triggers.ts';

describe('a server that is hard to reach', () => {
  let osv: OsvServer;
  let stage: Stage;
  let repository: HostedRepository;
  before(async () => {
    osv = await startOsvServer([]);
    stage = await openStage({ osvUrl: osv.url });
    repository = await stage.addRepository('web', { 'package-lock.json': lockfile({ fine: '1.0.0' }) });
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    await osv[Symbol.asyncDispose]();
  });

  /** Scheduled: each time a new job. */
  const analyse = (url: string, options: AnalyseOptions = {}): Promise<StepRun> =>
    stage.analyse(branchTrigger(repository, 'schedule'), {
      checkout: null,
      ...options,
      with: { 'commandcenter-url': url, ...options.with },
    });
  /** A way of its own to the server. */
  const openWay = async (intercept: Detour['intercept'] = null): Promise<Detour> =>
    Object.assign(await openDetour(), { behind: stage.server.detour.behind, intercept });
  const jobPosts = ({ requests }: Detour): number => requests.filter((line) => line === 'POST /api/v1/jobs').length;
  const assertDone = (step: StepRun): void => {
    assert.equal(step.exitCode, 0, step.output);
    assert.deepEqual([step.outputs.status, step.annotations], ['completed', []]);
  };
  /** Answers the first requests of a kind, so many of each. */
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

  // Most of these wait.
  describe('for a while, or for good', { concurrency: true }, () => {
    it('that is not there at all fails the step, naming the input, whatever `fail-on-errors` says', async () => {
      const gone = await openDetour();
      await gone[Symbol.asyncDispose]();
      const step = await analyse(gone.url);
      assert.equal(step.exitCode, 3);
      const [error, ...others] = step.annotations;
      assert.deepEqual([error?.level, error?.title, others], ['error', 'Server unreachable', []]);
      assert.equal(
        error?.message,
        `commandcenter-url: ${gone.url} does not answer (ECONNREFUSED). Check the address, that the server runs, and that the runner gets to it.`,
      );
      assert.deepEqual(step.outputs, { status: 'failed' });
    });

    it('that only ever answers with errors fails it too', async () => {
      await using way = await openWay(
        first(
          99,
          () => true,
          (response) => response.writeHead(500).end('Internal Server Error'),
        ),
      );
      const step = await analyse(way.url);
      assert.deepEqual([step.exitCode, step.annotations[0]?.title], [3, 'Server unreachable']);
      assert.match(step.annotations[0]?.message ?? '', /^commandcenter-url: .* cannot do it now \(500\)\.$/);
    });

    it('that is down for a while is asked again', async () => {
      const bad = (response: ServerResponse): void =>
        void response.writeHead(503, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
      await using way = await openWay(first(2, ({ url = '' }) => /\/(?:jobs|report)$/.test(url), bad));
      assertDone(await analyse(way.url));
      assert.equal(jobPosts(way), 3);
    });

    it('that limits requests is asked again after the wait that it names', async () => {
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
      assertDone(await analyse(way.url));
      assert.ok(again - (at[0] ?? 0) >= 3000, 'not earlier');
    });

    it('whose answer gets lost has made one job, and makes no second one', async () => {
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
      const step = await analyse(way.url);
      assertDone(step);
      assert.equal(jobPosts(way), 2);
      const { id } = JSON.parse(await made.promise) as { id: number };
      assert.equal(step.outputs['job-id'], String(id));
    });

    it('whose events do not get through a proxy is polled', async () => {
      const notFound = (response: ServerResponse): void =>
        void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>Not Found</html>');
      await using way = await openWay(first(99, ({ url = '' }) => url.endsWith('/events'), notFound));
      const step = await analyse(way.url);
      assertDone(step);
      assert.ok(way.requests.some((line) => line === `GET /api/v1/jobs/${step.outputs['job-id']}`));
    });
  });

  it('whose events break off is followed from where they did', async () => {
    const held = holdAdvisories(osv);
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
          // The first event, and no more.
          const isEvent = bytes.includes('id: ');
          response.write(bytes, () => isEvent && response.destroy());
          if (isEvent) answer.destroy();
        });
      }).end();
      return true;
    };
    assertDone(await analyse(way.url));
    const [first, second = ''] = seen;
    assert.equal(first, undefined);
    assert.match(second, /^\d+$/);
  });

  it('that is restarted in the middle goes on with the job, and so does the step', async () => {
    const held = holdAdvisories(osv);
    const during = async (step: RunningStep): Promise<void> => {
      const id = await waitFor('a job to be followed', () => /: job (\d+)/.exec(step.output())?.[1]);
      await stage.server.comeTo(id, 'running');
      await held.asked;
      await stage.server.stop();
      await stage.server.start();
      held.release();
    };
    const step = await analyse(stage.server.url, { during });
    assertDone(step);
    assert.equal((await stage.server.job(step.outputs['job-id'])).status, 'completed');
  });
});
