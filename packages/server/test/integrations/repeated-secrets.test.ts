import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { integration as github } from '@commandcenter/integration-github';
import {
  hubSignature256,
  type IntegrationDefinition,
  WebhookIntegration,
  type WebhookResult,
} from '@commandcenter/integration-kit';
import { Type } from 'typebox';
import { createRegistry } from '../../src/integrations/registry.ts';
import { createLogger } from '../../src/logging.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type Answer, startTestApplication, type TestApplication } from '../http/test-application.ts';
import { databaseTexts } from '../secrets/leaks.ts';

/** A credential that JSON, URLs and base64 each write differently. Its last 16 characters occur in no other text. */
const CANARY = 'canary/+%"x&7f3a9c51d2e84b60';
const WEBHOOK_SECRET = `hook ${CANARY}`;
const BASIC = Buffer.from(`x-access-token:${CANARY}`).toString('base64');

/**
 * Patterns of the credential in plain text and in base64. The base64 pattern is the part that does not depend on what precedes the
 * credential.
 */
const traces = [/7f3a9c51d2e84b60/i, new RegExp(BASIC.slice(8, 40).replaceAll('+', '\\+'), 'i')];

type Repeat = (request: IncomingMessage, response: ServerResponse, said: string) => void;

const json = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

/**
 * Responses of a hostile or careless server that repeat the credential of the request. The key says where the response contains the
 * credential.
 */
const ways: Record<string, Repeat> = {
  'in the status text': (_request, response, said) => void response.writeHead(400, `bad ${said}`).end('{}'),
  'in JSON': (_request, response, said) =>
    json(response, 422, { message: `bad ${said}`, errors: [{ message: said, field: said, code: said }, said] }),
  'in JSON of a refused credential': (_request, response, said) => json(response, 401, { message: `bad ${said}` }),
  'in headers': (_request, response, said) =>
    json(
      response,
      403,
      { message: 'forbidden' },
      {
        'x-accepted-github-permissions': `metadata=${said}`,
        'x-ratelimit-resource': said,
        'x-ratelimit-limit': '9',
        'x-ratelimit-remaining': '8',
        'x-ratelimit-reset': '1893456000',
        'x-github-sso': `required; url=https://ghe.example/sso?token=${encodeURIComponent(said)}`,
      },
    ),
  'in base64': (_request, response) => json(response, 400, { message: `bad Basic ${BASIC}` }),
  'in the address of a redirect': (request, response, said) =>
    request.url?.startsWith('/elsewhere')
      ? json(response, 404, {})
      : void response.writeHead(302, { location: `/elsewhere?token=${encodeURIComponent(said)}` }).end(),
  'in a successful response that holds errors': (_request, response, said) =>
    json(response, 200, { errors: [{ message: `bad ${said}` }] }),
};

const malformed: Repeat = (request, _response, said) =>
  void request.socket.end(`HTTP/1.1 200 OK\r\nbad header ${said}\r\n\r\n`);

/** A carelessly written integration, which puts its credential and every response into errors, logs and results. */
const custom: IntegrationDefinition = {
  manifest: {
    type: 'custom',
    title: 'Custom',
    description: 'For tests.',
    authTypes: { token: { credentials: ['access_token'], required: ['access_token'] } },
    hostKeys: ['api_url'],
    configSchema: Type.Object({ api_url: Type.String() }, { additionalProperties: false }),
    webhook: {
      signature: hubSignature256,
      eventHeader: 'x-event',
      deliveryHeader: 'x-delivery',
      events: ['ignored', 'failed'],
    },
  },
  create: (context) =>
    new (class extends WebhookIntegration {
      override async handleWebhook(event: string): Promise<WebhookResult> {
        const reason = `it said ${await this.getAccessToken()} and ${this.getWebhookSecret()}`;
        if (event === 'ignored') return { status: 'ignored', reason };
        throw new Error(reason);
      }

      override async testConnection(): Promise<boolean> {
        const response = await this.authorizedFetch(String(this.integration.config.api_url), {}, { repeat: false });
        const token = await this.getAccessToken();
        const said = `${response.statusText} ${JSON.stringify([...response.headers])} ${await response.text()} ${token}`;
        this.context.log.warn({ said, response: { token: [said] } }, `it said ${said}`);
        throw Object.assign(new Error(`it said ${said}`), { said });
      }
    })(context),
};

describe('a credential that the provider repeats', () => {
  const logged: string[] = [];
  const answered: string[] = [];
  let app: TestApplication;
  let repeat: Repeat;
  let url: string;
  const server = createServer((request, response) => {
    const said = (request.headers.authorization ?? 'nothing').replace(/^\w+ /, '');
    repeat(request, response, said);
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    app = await startTestApplication({ EGRESS_ALLOW: '127.0.0.1' }, createRegistry([github, custom]), {
      createLogger: createLogger({ LOG_LEVEL: 'trace', LOG_MODULES: {} }, { write: (line) => void logged.push(line) }),
    });
  });
  after(async () => {
    await app[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });

  const ask = async (method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await app.ask(method, `/api/v1${path}`, body === undefined ? {} : { body });
    answered.push(JSON.stringify([answer.body, [...answer.headers]]));
    return answer;
  };
  const made = async (path: string, body: object): Promise<number> => {
    const answer = await ask('POST', path, body);
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return Number(answer.body.id ?? answer.body.job_id);
  };
  const ended = (job: number) =>
    waitFor(`job ${job} to end or wait`, async () => {
      const { body } = await ask('GET', `/jobs/${job}`);
      return (String(body.status) !== 'running' && body.current_step !== null) || body.error !== null;
    });
  const assertNowhere = (texts: readonly string[], where: string): void => {
    for (const text of texts) {
      for (const trace of traces) {
        const place = text.search(trace);
        assert.ok(place < 0, `${where}: ${text.slice(Math.max(0, place - 300), place + 100)}`);
      }
    }
  };

  /** Reads everything that shows the state of the project, and asserts that no response, log line or table contains the credential. */
  const look = async (project: number, integration: number): Promise<void> => {
    for (const path of ['', '/health', '/deliveries']) await ask('GET', `/integrations/${integration}${path}`);
    for (const path of ['/tasks', '/jobs', '/repositories', '/integrations', '/conflicts'])
      await ask('GET', `${path}?project_id=${project}`);
    assertNowhere(answered.splice(0), 'response');
    assertNowhere(logged, 'log');
    assertNowhere(
      (await databaseTexts(app.db)).map(({ place, text }) => `${place}: ${text}`),
      'table',
    );
  };

  let projects = 0;
  const connect = async (integration_type: string): Promise<{ project: number; integration: number }> => {
    projects += 1;
    const project = await made('/projects', { name: `Project ${projects}` });
    const integration = await made('/integrations', {
      project_id: project,
      name: 'Other side',
      integration_type,
      auth_type: 'token',
      access_token: CANARY,
      config: { api_url: url, webhook_secret: WEBHOOK_SECRET },
    });
    return { project, integration };
  };

  for (const [way, repeats] of Object.entries(ways)) {
    it(`${way} is in no log, response, job or table`, async () => {
      repeat = repeats;
      const { project, integration } = await connect('github');
      const { body: test } = await ask('POST', `/integrations/${integration}/test`);
      assert.equal(test.ok as unknown, false, JSON.stringify(test));
      await ask('GET', `/integrations/${integration}/github/projects?owner=acme`);
      const repository = { owner: 'acme', name: 'web' };
      await ask('POST', `/integrations/${integration}/github/webhooks`, { repository });
      await ask('POST', `/integrations/${integration}/sync/issue-to-task`, { repository, issue_number: 1 });
      await ended(await made(`/integrations/${integration}/github/import`, { repository }));
      await made('/repositories', {
        project_id: project,
        owner: 'acme',
        name: 'analysed',
        integration_id: integration,
      });
      const parameters = { repository: { owner: 'acme', name: 'analysed' } };
      await ended(await made('/jobs', { project_id: project, job_type: 'repository_analysis', parameters }));
      await look(project, integration);
    });
  }

  it('keeps a credential that JSON repeats out of the link of a task', async () => {
    repeat = ways['in JSON'] as Repeat;
    const { project, integration } = await connect('github');
    const task = await made('/tasks', { project_id: project, title: 'A task' });
    const repository = { owner: 'acme', name: 'web' };
    await ask('POST', `/integrations/${integration}/sync/task-to-issue`, { task_id: task, repository });
    await ask('GET', `/tasks/${task}`);
    await look(project, integration);
  });

  it('keeps a credential that an integration puts into a change out of the delivery', async () => {
    const { project, integration } = await connect('custom');
    for (const event of ['ignored', 'failed']) {
      const signature = createHmac('sha256', WEBHOOK_SECRET).update('{}').digest('hex');
      const sent = await fetch(`${app.url}/api/v1/integrations/${integration}/webhook`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-event': event,
          'x-delivery': event,
          'x-hub-signature-256': `sha256=${signature}`,
        },
        body: '{}',
      });
      assert.equal(sent.status, 202, await sent.text());
      const delivery = await waitFor(`the delivery to have a reason`, async () => {
        const { body } = await ask('GET', `/integrations/${integration}/deliveries?event=${event}`);
        return body.items?.[0]?.reason !== null && body.items?.[0];
      });
      assert.match(String(delivery.reason), /it said \[redacted\] and \[redacted\]/);
    }
    await look(project, integration);
  });

  it("keeps a credential out of invalid responses and of the integration's own messages", async () => {
    for (const repeats of [...Object.values(ways), malformed]) {
      repeat = repeats;
      const { project, integration } = await connect('custom');
      assert.equal((await ask('POST', `/integrations/${integration}/test`)).body.ok as unknown, false);
      await look(project, integration);
    }
    assert.ok(logged.some((line) => line.includes('it said') && line.includes('[redacted]')));
  });
});
