import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { hashApiToken } from '../../src/accounts/tokens/api-token-format.ts';
import { startHousekeeping } from '../../src/housekeeping/start-housekeeping.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type OidcApplication, startOidcApplication, trustedIds } from './oidc-application.ts';
import { RUN, type SignOptions } from './token-issuer.ts';

describe("a workflow's id token", () => {
  let oidc: OidcApplication;
  before(async () => {
    oidc = await startOidcApplication();
  });
  after(() => oidc[Symbol.asyncDispose]());

  it('is exchanged for a token of the project that lasts an hour', async () => {
    const { status, body } = await oidc.exchange();
    assert.equal(status, 201, JSON.stringify(body));
    assert.match(String(body.token), /^cct_[0-9a-z]{39}$/);
    assert.deepEqual([body.scopes, body.project_id], [['jobs:create', 'jobs:read'], oidc.project]);
    const minutes = (Date.parse(String(body.expires_at)) - Date.now()) / 60_000;
    assert.ok(minutes > 58 && minutes <= 60, String(minutes));
    const { body: listed } = await oidc.app.ask('GET', `/api/v1/projects/${oidc.project}/trusted-repositories`);
    assert.deepEqual([listed.items?.[0]?.name, typeof listed.items?.[0]?.last_used_at], ['acme/web', 'string']);
  });

  it('gives a token that asks for jobs of its project and reads them, and can do nothing else', async () => {
    const ask = oidc.app.withToken(String((await oidc.exchange()).body.token));
    const otherProject = await oidc.newProject('Other');
    const analysis = { job_type: 'repository_analysis', parameters: { repository: { owner: 'acme', name: 'web' } } };
    const job = await ask('POST', '/api/v1/jobs', { body: { project_id: oidc.project, ...analysis } });
    assert.equal(job.status, 201, JSON.stringify(job.body));
    assert.equal((await ask('GET', `/api/v1/jobs/${job.body.id}`)).status, 200);
    const others = await oidc.app.ask('POST', '/api/v1/jobs', { body: { project_id: otherProject, ...analysis } });
    assert.equal((await ask('GET', `/api/v1/jobs/${others.body.id}`)).status, 404);
    assert.equal((await ask('POST', '/api/v1/jobs', { body: { project_id: otherProject, ...analysis } })).status, 404);
    const listed = await ask('GET', '/api/v1/projects');
    assert.deepEqual(
      (listed.body.items as unknown as { id: number }[]).map(({ id }) => id),
      [oidc.project],
    );
    for (const [method, path, scope] of [
      ['GET', '/api/v1/tasks', 'tasks:read'],
      ['GET', '/api/v1/repositories', 'repositories:read'],
      ['GET', '/api/v1/tokens', 'tokens:write'],
      ['DELETE', `/api/v1/projects/${oidc.project}`, 'projects:write'],
    ] as const) {
      const { status, body } = await ask(method, path);
      assert.deepEqual([status, body.required_scope], [403, scope], path);
    }
    const body = { repository_id: 2, owner_id: 2 };
    const widened = await ask('POST', `/api/v1/projects/${oidc.project}/trusted-repositories`, { body });
    assert.equal(widened.status, 403);
  });

  it('is who did it, in the audit and in what came of it', async () => {
    const { body } = await oidc.exchange({ claims: { run_id: '4711', repository: 'acme/web' } });
    const ask = oidc.app.withToken(String(body.token));
    const parameters = { repository: { owner: 'acme', name: 'web' }, depth: 'quick' };
    const made = { project_id: oidc.project, job_type: 'repository_analysis', parameters };
    const job = (await ask('POST', '/api/v1/jobs', { body: made })).body.id as unknown as number;
    const name = 'GitHub Actions of acme/web (run 4711)';
    const { actor } = await oidc.app.db
      .selectFrom('jobs')
      .select('actor')
      .where('id', '=', job)
      .executeTakeFirstOrThrow();
    assert.equal((actor as { name: string }).name, name);
    const entry = await oidc.app.db
      .selectFrom('audit_log')
      .selectAll()
      .where('project_id', '=', oidc.project)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    assert.deepEqual([entry.action, (entry.actor as { name: string }).name], ['token.create', name]);
    const { id_token } = entry.details as { id_token: Record<string, unknown> };
    assert.deepEqual(
      [id_token.repository_id, id_token.owner_id, id_token.run_id, id_token.workflow_ref],
      [trustedIds.repository_id, trustedIds.owner_id, '4711', RUN.workflow_ref],
    );
    assert.doesNotMatch(JSON.stringify(entry), /cct_|eyJ/);
  });

  it('is taken once, also when it comes many times at once', async () => {
    const token = await oidc.issuer.sign();
    const responses = await Promise.all(Array.from({ length: 6 }, () => oidc.present(token)));
    assert.deepEqual(responses.map(({ status }) => status).sort(), [201, 401, 401, 401, 401, 401]);
    const again = await oidc.present(token);
    assert.deepEqual([again.status, again.body.code], [401, 'id_token.taken_before']);
  });

  describe('and the token that it gave', () => {
    const tokenOf = async (options: SignOptions = {}): Promise<string> =>
      String((await oidc.exchange(options)).body.token);
    const works = async (token: string): Promise<number> =>
      (await oidc.app.withToken(token)('GET', '/api/v1/jobs')).status;

    it('end at once when the project trusts the repository no longer', async () => {
      const claims = { repository_id: '4242', repository_owner_id: '42' };
      const trusted = await oidc.trust(oidc.project, { repository_id: 4242, owner_id: 42, issuer: oidc.issuer.url });
      const token = await tokenOf({ claims });
      const kept = await tokenOf();
      assert.equal(await works(token), 200);
      const path = `/api/v1/projects/${oidc.project}/trusted-repositories/${trusted}`;
      assert.equal((await oidc.app.ask('DELETE', path)).status, 204);
      assert.deepEqual([await works(token), await works(kept)], [401, 200]);
      assert.equal((await oidc.exchange({ claims })).status, 403);
    });

    it('are a thousand a repository at most, with the time when there is room again', async () => {
      const trusted = await oidc.trust(oidc.project, { repository_id: 5000, owner_id: 50, issuer: oidc.issuer.url });
      const claims = { repository_id: '5000', repository_owner_id: '50' };
      const ends = Date.now() + 1_200_000;
      await oidc.app.db
        .insertInto('api_tokens')
        .values(
          Array.from({ length: 1000 }, (_, index) => ({
            project_id: oidc.project,
            name: 'Many',
            prefix: 'cct_many',
            token_hash: Buffer.from(`many ${index}`),
            scopes: ['jobs:read'],
            expires_at: new Date(ends + index * 1000),
            trusted_repository_id: trusted,
          })),
        )
        .execute();
      const { status, body, headers } = await oidc.exchange({ claims });
      assert.deepEqual([status, body.code], [429, 'id_token.too_many']);
      const seconds = Number(headers.get('retry-after'));
      assert.ok(seconds > 1100 && seconds <= 1200, String(seconds));
      await oidc.app.db
        .updateTable('api_tokens')
        .set({ expires_at: new Date(Date.now() - 1000) })
        .where('token_hash', '=', Buffer.from('many 0'))
        .execute();
      assert.equal((await oidc.exchange({ claims })).status, 201);
    });

    it('say for a day that they expired, and are then dropped', async () => {
      const used = async (): Promise<number> =>
        (await oidc.app.db.selectFrom('used_id_tokens').selectAll().execute()).length;
      const expire = (token: string, hours: number) =>
        oidc.app.db
          .updateTable('api_tokens')
          .set({ expires_at: new Date(Date.now() - hours * 3_600_000) })
          .where('token_hash', '=', hashApiToken(token))
          .execute();
      const own = await oidc.app.ask('POST', '/api/v1/tokens', { body: { name: 'own', scopes: ['jobs:read'] } });
      const [old, recent] = [await tokenOf(), await tokenOf()];
      await expire(old, 25);
      await expire(recent, 23);
      await expire(String(own.body.token), 10_000);
      assert.ok((await used()) > 1);
      await oidc.app.db
        .updateTable('used_id_tokens')
        .set({ expires_at: new Date(Date.now() - 1000) })
        .execute();
      const standing = await oidc.issuer.sign();
      await oidc.present(standing);

      const config = { RETENTION_DELIVERIES_DAYS: 1, RETENTION_JOBS_DAYS: 1, RETENTION_AUDIT_DAYS: 1 };
      const clock = { now: () => new Date() };
      const housekeeping = startHousekeeping({ db: oidc.app.db, config, clock, log: pino({ level: 'silent' }) });
      await waitFor('old ones to be dropped', async () => (await used()) === 1);
      await housekeeping.stop();
      const code = async (token: string) => (await oidc.app.withToken(token)('GET', '/api/v1/jobs')).body.code;
      assert.deepEqual(
        [await code(old), await code(recent), await code(String(own.body.token))],
        ['token.unknown', 'token.expired', 'token.expired'],
      );
      assert.equal((await oidc.present(standing)).body.code, 'id_token.taken_before');
    });
  });
});
