import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { EngineContext } from '../../../src/engine.ts';
import { createFreshnessEngine } from '../../../src/engines/freshness/engine.ts';
import { registries } from '../../../src/engines/freshness/registries/registries.ts';
import type { Dependency } from '../../../src/facts.ts';
import type { SourceTree } from '../../../src/tree/source-tree.ts';
import { type RegistryServer, startRegistryServer } from './registry-server.ts';

const dependency = (name: string, version: string | null, more: Partial<Dependency> = {}): Dependency => ({
  ecosystem: 'npm',
  name,
  version,
  requirement: version,
  direct: true,
  scope: 'runtime',
  manifest: 'package-lock.json',
  line: 7,
  purl: `pkg:npm/${name}@${version}`,
  via: [],
  ...more,
});

describe('the freshness engine', () => {
  let server: RegistryServer;
  let cache: Map<string, unknown>;
  beforeEach(async () => {
    server = await startRegistryServer();
    cache = new Map();
  });
  afterEach(() => server.close());
  const npm = (name: string, latest: string, deprecated: Record<string, string> = {}): void => {
    const versions = Object.fromEntries(
      Object.entries(deprecated).map(([version, reason]) => [version, { deprecated: reason }]),
    );
    server.responses.set(`/${name}`, { 'dist-tags': { latest }, versions });
  };
  const run = async (dependencies: Dependency[] | undefined, context: Partial<EngineContext> = {}) => {
    const engine = createFreshnessEngine({
      registries: registries.map((registry) => ({ ...registry, url: server.url })),
      pause: async () => undefined,
    });
    return await engine.run(
      {} as SourceTree,
      {
        signal: new AbortController().signal,
        now: new Date('2026-03-04T05:06:07Z'),
        fetch,
        cache: {
          get: (key: string) => cache.get(key),
          set: (key: string, value: unknown) => void cache.set(key, value),
        },
        outcomeOf: () =>
          dependencies === undefined ? undefined : { findings: [], facts: { dependencies }, coverage: {} },
        ...context,
      } as unknown as EngineContext,
    );
  };

  it('reports dependencies that are majors behind and the newest version of each direct one', async () => {
    npm('far', '5.0.0');
    npm('near', '2.0.0');
    npm('current', '1.9.0');
    npm('tool', '9.0.0');
    npm('unlocked', '3.0.0');
    const dependencies = [
      dependency('current', '1.2.0'),
      dependency('far', '2.0.0'),
      dependency('far', '1.9.0', { manifest: 'web/package-lock.json', line: 9 }),
      dependency('near', '1.0.0'),
      dependency('tool', '1.0.0', { scope: 'development' }),
      dependency('transitive', '1.0.0', { direct: false }),
      dependency('unlocked', null),
    ];
    const { findings, facts, coverage } = await run(dependencies);
    assert.deepEqual(
      findings.map(({ rule, severity, title, path, start_line, identity }) => [
        rule,
        severity,
        title,
        path,
        start_line,
        identity,
      ]),
      [
        [
          'freshness/major-behind',
          'medium',
          'far 1.9.0 is 4 major versions behind 5.0.0',
          'web/package-lock.json',
          9,
          'npm far',
        ],
        [
          'freshness/major-behind',
          'low',
          'near 1.0.0 is one major version behind 2.0.0',
          'package-lock.json',
          7,
          'npm near',
        ],
      ],
    );
    assert.match(findings[0]?.message ?? '', /Also in package-lock\.json\./);
    assert.deepEqual(
      facts?.dependencies?.map(({ name, latest }) => [name, latest]),
      [
        ['current', '1.9.0'],
        ['far', '5.0.0'],
        ['far', '5.0.0'],
        ['near', '2.0.0'],
        ['tool', '9.0.0'],
        ['transitive', undefined],
        ['unlocked', '3.0.0'],
      ],
    );
    assert.deepEqual([coverage.complete, coverage.filesSeen], [true, 2]);
    assert.ok(!server.requests.includes('/transitive'));
  });

  it('reports deprecated and withdrawn versions', async () => {
    npm('old', '2.0.0', { '2.0.0': 'Use new' });
    npm('tool', '1.1.0', { '1.0.0': 'broken' });
    server.responses.set('/pypi/bad/json', { info: { version: '1.1' }, releases: { '1.0': [{ yanked: true }] } });
    const { findings } = await run([
      dependency('old', '2.0.0'),
      dependency('tool', '1.0.0', { scope: 'development' }),
      dependency('bad', '1.0', { ecosystem: 'PyPI' }),
    ]);
    assert.deepEqual(
      findings.map(({ rule, severity, title, fix }) => [rule, severity, title, fix]),
      [
        ['freshness/deprecated', 'medium', 'old 2.0.0 is deprecated', 'Replace it by another package.'],
        [
          'freshness/deprecated',
          'low',
          'tool 1.0.0 is deprecated',
          'Use 1.1.0 if that one is fine, or else another package.',
        ],
        [
          'freshness/deprecated',
          'medium',
          'bad 1.0 was taken back by its authors',
          'Use 1.1 if that one is fine, or else another package.',
        ],
      ],
    );
    assert.match(findings[0]?.message ?? '', / Use new\.$/);
  });

  it('asks each registry once a day, and not for packages from elsewhere', async () => {
    npm('a', '1.0.0');
    const dependencies = [
      dependency('a', '1.0.0'),
      dependency('a', '1.0.0', { manifest: 'web/package-lock.json' }),
      dependency('fork', '1.0.0', { purl: 'pkg:npm/fork@1.0.0?vcs_url=git%2Bhttps://example.org/fork' }),
      dependency('commit', 'f'.repeat(40)),
      dependency('actions/checkout', 'v4', { ecosystem: 'GitHub Actions' }),
      dependency('private', '1.0.0'),
    ];
    const first = await run(dependencies);
    assert.deepEqual(server.requests.sort(), ['/a', '/private']);
    assert.equal(first.coverage.complete, true);
    assert.match(first.coverage.notes?.[0] ?? '', /1 packages are not in the public registries/);
    assert.deepEqual(await run(dependencies), first);
    assert.equal(server.requests.length, 2);
    await run(dependencies, { now: new Date('2026-03-05T00:00:00Z') });
    assert.equal(server.requests.length, 4);
  });

  it('tries again, and is incomplete if a registry does not respond', async () => {
    npm('a', '1.0.0');
    server.responses.set('/flaky', ['in turn', 503, 429, { 'dist-tags': { latest: '2.0.0' }, versions: {} }]);
    server.responses.set('/broken', 500);
    server.responses.set('/page', '<html>');
    const { findings, coverage } = await run([
      dependency('a', '1.0.0'),
      dependency('flaky', '1.0.0'),
      dependency('broken', '1.0.0'),
      dependency('page', '1.0.0'),
    ]);
    assert.deepEqual(
      findings.map(({ identity }) => identity),
      ['npm flaky'],
    );
    assert.equal(coverage.complete, false);
    assert.match(coverage.reason ?? '', /^2 packages were not looked up \(npm: .*\)\. Try again later\.$/);
    assert.equal(server.requests.filter((path) => path === '/broken').length, 3);
  });

  it('stops asking a registry that is down, but continues with the others', async () => {
    server.responses.set('/pypi/p/json', { info: { version: '1.0' }, releases: {} });
    const many = Array.from({ length: 60 }, (_, n) => dependency(`p${n}`, '1.0.0'));
    for (const { name } of many) server.responses.set(`/${name}`, 502);
    const { facts, coverage } = await run([...many, dependency('p', '1.0', { ecosystem: 'PyPI' })]);
    assert.equal(facts?.dependencies?.at(-1)?.latest, '1.0');
    assert.match(coverage.reason ?? '', /^60 packages were not looked up/);
    assert.ok(server.requests.length < 50);
  });

  it('is incomplete without a network or without dependencies', async () => {
    const offline = await run([dependency('a', '1.0.0')], { fetch: null });
    assert.deepEqual([offline.coverage.complete, offline.facts], [false, undefined]);
    assert.match(offline.coverage.reason ?? '', /no network/);
    assert.match((await run(undefined)).coverage.reason ?? '', /engine dependencies/);
    assert.equal((await run([], { fetch: null })).coverage.complete, true);
  });
});
