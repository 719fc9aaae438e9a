import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { startTestApplication, type TestApplication } from './test-application.ts';

interface Readiness {
  status: string;
  refused_last_hour: { cause: string; count: number }[];
}

describe('/readyz, which anybody may ask', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication();
    await sql`create table probes_seen (at timestamptz not null default clock_timestamp())`.execute(app.db);
    await sql`
      create function see_probe() returns trigger language plpgsql as
      $$ begin insert into probes_seen default values; return null; end $$`.execute(app.db);
    await sql`
      create trigger see_probe after insert or update on storage_probes for each row execute function see_probe()`.execute(
      app.db,
    );
  });
  after(() => app[Symbol.asyncDispose]());

  const readiness = async (): Promise<Readiness> => (await (await fetch(`${app.url}/readyz`)).json()) as Readiness;
  const countProbes = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from probes_seen`.execute(app.db);
    return rows[0]?.count ?? 0;
  };

  it('writes one row a second, however often it is asked', async () => {
    const [before, startedAt] = [await countProbes(), performance.now()];
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(Array.from({ length: 100 }, readiness));
      assert.ok(answers.every(({ status }) => status === 'ready'));
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const probes = (await countProbes()) - before;
    assert.ok(probes <= Math.ceil(seconds) + 1, `${probes} rows in ${seconds} s`);
  });

  it('says of refused webhooks their cause and number, and nothing about whom they were for', async () => {
    const { body: integration } = await app.ask('POST', '/api/v1/integrations', {
      body: {
        project_id: 1,
        name: 'Secret project of ours',
        integration_type: 'github',
        auth_type: 'token',
        access_token: 'ghp_of_ours',
        config: { webhook_secret: 'a-webhook-secret-of-ours', repositories: ['secret-org/secret-repo'] },
      },
    });
    const shot = async (target: string, headers: Record<string, string>): Promise<void> => {
      const url = `${app.url}/api/v1/integrations/${target}/webhook`;
      const body = '{"repository": {"full_name": "secret-org/secret-repo"}}';
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      assert.equal(response.status, 401);
    };
    const countsOf = async (target: string): Promise<object> => {
      const counted = new Map((await readiness()).refused_last_hour.map(({ cause, count }) => [cause, count]));
      await shot(target, {});
      await shot(target, { 'x-hub-signature-256': 'sha256=00' });
      await shot(target, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}`, 'x-github-event': 'issues' });
      const now = (await readiness()).refused_last_hour;
      return Object.fromEntries(now.map(({ cause, count }) => [cause, count - (counted.get(cause) ?? 0)]));
    };
    const ofOurs = await countsOf(String(integration.id));
    assert.deepEqual(ofOurs, { 'webhook.not_verified': 3 });
    assert.deepEqual(await countsOf('999999'), ofOurs, 'an integration that is not there is refused alike');
    await shot('github', {});
    const { refused_last_hour, ...rest } = await readiness();
    assert.deepEqual(rest, { status: 'ready' });
    for (const refusal of refused_last_hour) {
      assert.deepEqual(Object.keys(refusal), ['cause', 'count']);
      assert.match(refusal.cause, /^[a-z]+\.[a-z_]+$/);
    }
  });
});
