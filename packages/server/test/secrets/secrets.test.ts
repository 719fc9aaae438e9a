import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { canaryOf } from './canary.ts';
import { countColumns, databaseTexts, fileTexts, findLeaks, type SearchedText } from './leaks.ts';
import { secretFieldsOfApi, secretVariables, unmarkedSecrets } from './secret-fields.ts';
import { type SecretWorld, startSecretWorld } from './secret-world.ts';
import { useCloneAddresses, useSource, useSshKey } from './use-analysis.ts';
import { useIntegrations } from './use-integration.ts';
import { useRefusedBodies } from './use-refused-bodies.ts';
import { useApiToken, useWorkflowTokens } from './use-tokens.ts';

describe('a secret', () => {
  let world: SecretWorld;
  before(async () => {
    world = await startSecretWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  it('is marked as one wherever it is described, and has a canary here', () => {
    const manifests = world.server.registry.list().map(({ manifest }) => manifest);
    assert.deepEqual(unmarkedSecrets(world.api, manifests), []);
    assert.deepEqual(Object.keys(world.environment).sort(), secretVariables().sort());
  });

  describe('is used', { concurrency: true }, () => {
    it('by an integration of every type, in every way of signing in', () => useIntegrations(world));
    it('in bodies that are refused', () => useRefusedBodies(world));
    it('as an API token', () => useApiToken(world));
    it('by a workflow', () => useWorkflowTokens(world));
    it('in addresses of repositories, which are refused', () => useCloneAddresses(world));
    it('to fetch a source', () => useSshKey(world));
    it('in a source that is analyzed, and in a link to the report', () => useSource(world));
  });

  it('is found where it is searched', async () => {
    const { server, visibleName } = world;
    const visible = canaryOf('the name of a project', visibleName, visibleName);
    const found = (texts: readonly SearchedText[]): number => findLeaks(texts, [visible]).length;
    assert.ok(found(server.responses) > 0 && found(await databaseTexts(server.app.db)) > 0);
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      assert.equal(found([{ place: encoding, text: Buffer.from(`user:${visibleName}!`).toString(encoding) }]), 1);
    }
    assert.ok(server.logs.length > 100, `${server.logs.length} log lines`);
  });

  it('is in no log line, response, table, metric or file afterwards', async (t) => {
    const { server, api, add, canaries } = world;
    for (const path of ['/metrics', '/livez', '/readyz', '/api/v1/health', '/openapi.json', '/', '/docs']) {
      await server.call('GET', path);
    }
    // Credentials in requests to GitHub are secrets as well, such as the tokens that GitHub issues to an App.
    const sent = new Set(server.github.requests.all().flatMap(({ headers }) => headers.authorization ?? []));
    for (const value of sent) add(canaryOf('a sent credential', value, value.slice(-24)));
    const tables = await databaseTexts(server.app.db);
    const files = await fileTexts(world.folder, ['ssh', 'planted']);
    const leaks = findLeaks([...server.logs, ...server.responses, ...tables, ...files], canaries);
    t.diagnostic(
      `${canaries.length} secrets, of ${secretFieldsOfApi(api).length} fields of requests and from elsewhere; searched: ` +
        `${await countColumns(server.app.db)} columns, ${files.length} files, ${server.logs.length} log lines, ${server.responses.length} responses`,
    );
    assert.equal(leaks.length, 0, `${leaks.length} leaks:\n  ${leaks.slice(0, 20).join('\n  ')}`);
  });
});
