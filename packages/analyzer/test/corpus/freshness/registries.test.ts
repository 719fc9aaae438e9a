import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { registries } from '../../../src/engines/freshness/registries/registries.ts';
import type { PackageState } from '../../../src/engines/freshness/registry.ts';
import { createRegistryClient } from '../../../src/engines/freshness/registry-client.ts';
import { isPrerelease, majorsBehind, newestRelease } from '../../../src/engines/freshness/release-versions.ts';
import { type RegistryServer, startRegistryServer } from './registry-server.ts';

const state = (latest: string | null, deprecated: string | null = null, yanked = false): PackageState => ({
  latest,
  deprecated,
  yanked,
});

describe('a registry', () => {
  let server: RegistryServer;
  before(async () => {
    server = await startRegistryServer();
  });
  after(() => server.close());
  const lookUp = async (ecosystem: string, name: string, version: string | null): Promise<PackageState | null> => {
    const registry = registries.find((one) => one.ecosystem === ecosystem);
    assert.ok(registry !== undefined);
    const client = createRegistryClient({ url: server.url, fetch, signal: new AbortController().signal });
    return await registry.lookUp({ name, version }, client);
  };
  const respondWith = (path: string, value: unknown): void => void server.responses.set(path, value);

  it('reads the latest tag and deprecations from npm', async () => {
    respondWith('/request', {
      'dist-tags': { latest: '2.88.2' },
      versions: { '2.88.2': { deprecated: 'request has been\ndeprecated' } },
    });
    respondWith('/@scope%2Fname', {
      'dist-tags': { latest: '2.0.0', next: '3.0.0-rc.1' },
      versions: { '1.0.0': { deprecated: '' } },
    });
    assert.deepEqual(await lookUp('npm', 'request', '2.88.2'), state('2.88.2', 'request has been deprecated'));
    assert.deepEqual(await lookUp('npm', '@scope/name', '1.0.0'), state('2.0.0'));
    assert.equal(await lookUp('npm', 'private', '1.0.0'), null);
  });

  it('treats a version on PyPI as yanked if all its files are', async () => {
    const releases = {
      '1.0': [{ yanked: true }, { yanked: true }],
      '1.1': [{ yanked: true }, { yanked: false }],
      '1.2': [],
    };
    respondWith('/pypi/thing/json', { info: { version: '2.0' }, releases });
    assert.deepEqual(await lookUp('PyPI', 'thing', '1.0'), state('2.0', null, true));
    assert.deepEqual(await lookUp('PyPI', 'thing', '1.1'), state('2.0'));
    assert.deepEqual(await lookUp('PyPI', 'thing', '1.2'), state('2.0'));
  });

  it('finds the newest release on crates.io that is not yanked', async () => {
    const lines = [
      { vers: '1.0.0', yanked: true },
      { vers: '1.10.0', yanked: false },
      { vers: '1.9.0', yanked: false },
      { vers: '2.0.0-beta.1', yanked: false },
      { vers: '3.0.0', yanked: true },
    ];
    respondWith('/se/rd/serde', `${lines.map((line) => JSON.stringify({ name: 'serde', ...line })).join('\n')}\n`);
    respondWith('/3/l/log', JSON.stringify({ vers: '0.4.0', yanked: false }));
    respondWith('/1/a', JSON.stringify({ vers: '1.0.0', yanked: false }));
    assert.deepEqual(await lookUp('crates.io', 'Serde', '1.0.0'), state('1.10.0', null, true));
    assert.deepEqual(await lookUp('crates.io', 'log', '0.3.0'), state('0.4.0'));
    assert.deepEqual(await lookUp('crates.io', 'a', null), state('1.0.0'));
  });

  it('treats a version on RubyGems as yanked if it is not listed', async () => {
    respondWith('/api/v1/versions/nokogiri.json', [
      { number: '2.0.0.rc1', prerelease: true },
      { number: '1.16.0', prerelease: false, platform: 'x86_64-linux' },
      { number: '1.9.0', prerelease: false },
    ]);
    assert.deepEqual(await lookUp('RubyGems', 'nokogiri', '1.16.0-x86_64-linux'), state('1.16.0'));
    assert.deepEqual(await lookUp('RubyGems', 'nokogiri', '1.8.0'), state('1.16.0', null, true));
  });

  it('names the replacement of a package that Packagist marks as abandoned', async () => {
    respondWith('/p2/a/old.json', {
      packages: {
        'a/old': [{ version: 'v2.1.0', abandoned: 'b/new' }, { version: 'v3.0.0-RC1' }, { version: 'v1.0.0' }],
      },
    });
    respondWith('/p2/a/fine.json', { packages: { 'a/fine': [{ version: '1.2.0' }] } });
    assert.deepEqual(
      await lookUp('Packagist', 'A/Old', '1.0.0'),
      state('2.1.0', 'It is abandoned; use b/new instead.'),
    );
    assert.deepEqual(await lookUp('Packagist', 'a/fine', '1.0.0'), state('1.2.0'));
  });

  it('reads only the NuGet pages with the version in use and the newest one', async () => {
    const base = `${server.url}/v3/registration5-gz-semver2/thing`;
    respondWith('/v3/registration5-gz-semver2/thing/index.json', {
      items: [
        { '@id': `${base}/page1.json`, lower: '1.0.0', upper: '1.9.0' },
        {
          '@id': `${base}/page2.json`,
          lower: '2.0.0',
          upper: '4.0.0',
          items: [
            { catalogEntry: { version: '3.0.0', listed: true } },
            { catalogEntry: { version: '3.1.0-preview.1' } },
            { catalogEntry: { version: '4.0.0', listed: false } },
          ],
        },
      ],
    });
    const deprecation = { reasons: ['Legacy'], alternatePackage: { id: 'Other' } };
    respondWith('/v3/registration5-gz-semver2/thing/page1.json', {
      items: [{ catalogEntry: { version: '1.2.0', deprecation } }],
    });
    assert.deepEqual(await lookUp('NuGet', 'Thing', '1.2.0'), state('3.0.0', 'Legacy Use Other instead.'));
    assert.deepEqual(await lookUp('NuGet', 'Thing', '3.0.0'), state('3.0.0'));
    respondWith('/v3/registration5-gz-semver2/evil/index.json', {
      items: [{ '@id': 'http://169.254.169.254/latest', lower: '1.0.0', upper: '2.0.0' }],
    });
    await assert.rejects(lookUp('NuGet', 'evil', '1.0.0'), { name: 'RegistryError' });
  });

  it('finds the newest release on Maven Central', async () => {
    respondWith(
      '/org/apache/logging/log4j-core/maven-metadata.xml',
      '<metadata><versioning><release>3.0.0-beta2</release><versions><version>2.9.0</version><version>2.23.1</version><version>3.0.0-beta2</version></versions></versioning></metadata>',
    );
    assert.deepEqual(await lookUp('Maven', 'org.apache.logging:log4j-core', '2.9.0'), state('2.23.1'));
  });

  it('finds later majors as other Go modules, and deprecations and retractions in go.mod', async () => {
    respondWith('/github.com/!big/lib/@latest', { Version: 'v1.9.0' });
    respondWith('/github.com/!big/lib/v2/@latest', { Version: 'v2.3.0' });
    respondWith('/github.com/!big/lib/v3/@latest', { Version: 'v3.0.1' });
    respondWith(
      '/github.com/!big/lib/@v/v1.9.0.mod',
      '// Deprecated: use v3.\nmodule github.com/Big/lib\n\nretract v1.0.0 // broken\nretract (\n  [v1.2.0, v1.4.0]\n)\n',
    );
    respondWith('/gopkg.in/yaml.v2/@latest', { Version: 'v2.4.0' });
    respondWith('/gopkg.in/yaml.v3/@latest', { Version: 'v3.0.1' });
    respondWith('/gopkg.in/yaml.v2/@v/v2.4.0.mod', 'module gopkg.in/yaml.v2\n');
    assert.deepEqual(await lookUp('Go', 'github.com/Big/lib', 'v1.5.0'), state('v3.0.1', 'use v3.'));
    assert.deepEqual(await lookUp('Go', 'github.com/Big/lib', 'v1.3.0'), state('v3.0.1', 'use v3.', true));
    assert.deepEqual(await lookUp('Go', 'github.com/Big/lib', 'v1.0.0'), state('v3.0.1', 'use v3.', true));
    assert.deepEqual(await lookUp('Go', 'gopkg.in/yaml.v2', 'v2.4.0'), state('v3.0.1'));
  });

  it('reads retirements from Hex and discontinuations from Pub', async () => {
    respondWith('/api/packages/phoenix', {
      latest_stable_version: '1.7.0',
      retirements: { '1.0.0': { reason: 'security', message: 'CVE' } },
    });
    assert.deepEqual(await lookUp('Hex', 'phoenix', '1.0.0'), state('1.7.0', 'CVE'));
    assert.deepEqual(await lookUp('Hex', 'phoenix', '1.1.0'), state('1.7.0'));
    respondWith('/api/packages/pedantic', {
      latest: { version: '1.11.1' },
      isDiscontinued: true,
      replacedBy: 'lints',
      versions: [{ version: '1.0.0', retracted: true }],
    });
    assert.deepEqual(
      await lookUp('Pub', 'pedantic', '1.0.0'),
      state('1.11.1', 'It is discontinued. Use lints instead.', true),
    );
  });

  it('distinguishes releases from pre-releases, and counts majors but no years', () => {
    for (const version of [
      '1.0.0-rc.1',
      '2.0b1',
      '1.0.0.dev3',
      '5.0.0.M1',
      '1.0-SNAPSHOT',
      '3.0.0.Alpha2',
      '2.0.0.pre',
      '1.0rc1',
    ])
      assert.equal(isPrerelease('PyPI', version), true, version);
    for (const version of ['1.0.0', '2.0.post1', '31.1-jre', '1.0.0.Final', '1.0.RELEASE', '2024.1.1'])
      assert.equal(isPrerelease('Maven', version), false, version);
    assert.equal(newestRelease('npm', ['1.2.0', '1.10.0', '2.0.0-0']), '1.10.0');
    assert.equal(newestRelease('npm', []), null);
    const cases: [string, string, number][] = [
      ['1.2.3', '4.0.0', 3],
      ['v1.0.0', 'v2.0.0', 1],
      ['0.9.0', '1.0.0', 1],
      ['2.0.0', '1.0.0', 0],
      ['2021.5.1', '2024.1.1', 0],
      ['main', '2.0.0', 0],
    ];
    for (const [used, latest, majors] of cases) assert.equal(majorsBehind(used, latest), majors, used);
  });
});
