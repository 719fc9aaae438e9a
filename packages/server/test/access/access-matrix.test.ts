import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { differentRows, readDatabaseRows } from '../harness/database-rows.ts';
import type { OpenApi } from '../http/described-api.ts';
import { accessRules, howToAddRow } from './access-rules.ts';
import { type AccessWorld, startAccessWorld } from './access-world.ts';
import { findReferences, referenceFaults } from './references.ts';
import { buildRequest, particularRows } from './requests.ts';
import { matrixCells, routeOf, runMatrix } from './run-matrix.ts';
import { sendRequest } from './send-request.ts';

const OPENAPI_FILE = join(import.meta.dirname, '../../openapi.json');

describe('every route with every kind of credential', () => {
  let world: AccessWorld;
  let described: OpenApi;
  let served: Set<string>;
  const rows = Object.keys(accessRules);

  before(async () => {
    world = await startAccessWorld();
    described = JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as OpenApi;
    served = new Set(world.server.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`));
  });
  after(() => world[Symbol.asyncDispose]());

  const operations = () =>
    Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ row: `${method.toUpperCase()} ${path}`, operation })),
    );

  const credentialOf = (wanted: string) =>
    world.credentials.find(({ name }) => name === wanted) ?? assert.fail(`no credential "${wanted}"`);

  it('has a row in the table for every route that is served or described, and no other', () => {
    const routes = new Set([...served].map((route) => route.replace('HEAD ', 'GET ')));
    for (const { row } of operations()) routes.add(row);
    const missing = [...routes].filter((route) => !(route in accessRules));
    assert.deepEqual(missing.map(howToAddRow), []);
    const gone = [...rows, ...particularRows].filter((row) => !routes.has(routeOf(row)) || !(row in accessRules));
    assert.deepEqual(gone, [], 'rows of routes that are gone');
  });

  it('has a row for the list of one project wherever a list can be asked for one', () => {
    const expected = operations()
      .filter(({ operation }) => operation.parameters.some(({ name }) => name === 'project_id'))
      .map(({ row }) => `${row} [project_id]`);
    assert.deepEqual(rows.filter((row) => row.endsWith(' [project_id]')).sort(), expected.sort());
  });

  it('is described with the scopes of the table', () => {
    for (const { row, operation } of operations()) {
      const { needs, orLink } = accessRules[row] ?? assert.fail(howToAddRow(row));
      const scopes = typeof needs === 'string' ? [] : [...needs];
      const isOpen = needs === 'anybody' || needs === 'nobody';
      const link = orLink === true ? [{ link: [] }] : [];
      const none = needs === 'token or none' ? [{}] : [];
      assert.deepEqual(operation.security, isOpen ? [] : [...none, { bearer: scopes }, ...link], row);
    }
  });

  for (const { name, places } of [
    { name: 'a token of another project with all scopes', places: ['path', 'query', 'body'] },
    { name: 'a token of who is a member of another project', places: ['path', 'query', 'body'] },
    // The owner of the installation may name either project, but must not be able to mix objects of both in one request.
    { name: "the owner's token of the whole installation", places: ['path', 'body'] },
  ]) {
    it(`takes no object of another project in a request, with ${name}`, async (t) => {
      const credential = credentialOf(name);
      const references = findReferences(described).filter(
        ({ kind, place }) => places.includes(place) && !(kind === 'project' && credential.reachesProject),
      );
      const before = await readDatabaseRows(world.server.db);
      assert.deepEqual(await referenceFaults(world, references, credential), []);
      assert.deepEqual(differentRows(before, await readDatabaseRows(world.server.db)), []);
      t.diagnostic(`${references.length} fields`);
    });
  }

  it('lets in whom the table lets in, and refuses all others without a change and without a word of the project', async (t) => {
    const cells = matrixCells(world.credentials, served);
    const faults = await runMatrix(world, cells);
    const routes = new Set(cells.map(({ row, method }) => routeOf(row).replace(/^\w+/, method)));
    t.diagnostic(`${routes.size} routes with ${world.credentials.length} credentials: ${cells.length} requests`);
    assert.equal(faults.length, 0, `${faults.length} differences:\n  ${faults.join('\n  ')}`);
  });

  it('asks for data of the project, so that a refusal without a word of it says something', async () => {
    const credential = credentialOf("the owner's token of the whole installation");
    const silent = new Set([
      // The next six routes return only states and counts, and so no text of a project.
      'GET /api/v1/health',
      'GET /metrics',
      'GET /metrics [from another machine]',
      'GET /api/v1/integrations/{id}/health',
      'GET /api/v1/repositories/{id}/trends',
      'GET /api/v1/jobs/{id}/events',
      // The route of a project's columns returns only the names of board columns, and so no text of a project.
      'GET /api/v1/integrations/{id}/github/projects/{number}/columns',
    ]);
    for (const [row, { needs }] of Object.entries(accessRules)) {
      if (!row.startsWith('GET ') || needs === 'anybody' || silent.has(row)) continue;
      const { body } = await sendRequest(world.server, await buildRequest(row, world.project), credential);
      assert.match(body, new RegExp(world.project.canary), row);
    }
  });
});
