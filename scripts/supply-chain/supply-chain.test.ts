import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INSTALL_SCRIPTS } from './install-scripts.ts';
import { licenseFaults } from './licenses.ts';
import { type LockfileEntry, lockedPackages, lockfileFaults } from './lockfile.ts';
import { unpinnedActions } from './pinned-actions.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;
/** A lockfile without a fault, and with these entries. */
const lockfileWith = (entries: Record<string, LockfileEntry>) => ({
  lockfileVersion: 3,
  packages: {
    '': {},
    'packages/own': { version: '0.1.0' },
    'node_modules/own': { resolved: 'packages/own', link: true },
    ...Object.fromEntries(
      Object.keys(INSTALL_SCRIPTS).map((name) => [
        `node_modules/${name}`,
        { version: '1.0.0', integrity, license: 'MIT', hasInstallScript: true },
      ]),
    ),
    ...entries,
  },
});
const faultsOf = (entry: LockfileEntry, folder = 'node_modules/@a/b'): string[] =>
  lockfileFaults(lockfileWith({ [folder]: { version: '1.2.3', integrity, ...entry } }));

describe('the check of the lockfile', () => {
  it('accepts packages of the registry with an integrity, and workspaces', () => {
    assert.deepEqual(faultsOf({}), []);
    assert.deepEqual(faultsOf({ resolved: 'https://registry.npmjs.org/@a/b/-/b-1.2.3.tgz' }), []);
    assert.deepEqual(
      faultsOf({ name: 'real', resolved: 'https://registry.npmjs.org/real/-/real-1.2.3.tgz' }, 'node_modules/alias'),
      [],
    );
    assert.equal(lockedPackages(lockfileWith({})).length, Object.keys(INSTALL_SCRIPTS).length);
  });

  it('refuses another source, another package, a weak or missing integrity and a link out of the workspaces', () => {
    for (const entry of [
      { resolved: 'https://registry.example/@a/b/-/b-1.2.3.tgz' },
      { resolved: 'https://registry.npmjs.org/@a/c/-/c-1.2.3.tgz' },
      { resolved: 'https://registry.npmjs.org/@a/b/-/b-1.2.4.tgz' },
      { resolved: 'git+ssh://git@github.com/a/b.git#0123456789012345678901234567890123456789' },
      { integrity: '' },
      { integrity: `sha1-${'A'.repeat(27)}=` },
      { version: '' },
      { resolved: '../elsewhere', link: true },
      { resolved: 'node_modules/own', link: true },
    ]) {
      assert.equal(faultsOf(entry).length, 1, JSON.stringify(entry));
    }
  });

  it('refuses an install script that is not listed, and a list that names more', () => {
    assert.match(faultsOf({ hasInstallScript: true })[0] ?? '', /@a\/b runs a script/);
    const without = { 'node_modules/esbuild': { version: '1.0.0', integrity } };
    assert.match(lockfileFaults(lockfileWith(without))[0] ?? '', /esbuild runs no script/);
  });
});

describe('the check of licenses', () => {
  const faultsOfLicense = (license: string | undefined): string[] =>
    licenseFaults('/nowhere', [{ folder: 'a', name: 'a', version: '1.0.0', license, hasInstallScript: false }]);

  it('accepts what can be used under allowed licenses alone', () => {
    for (const license of ['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND CC-BY-3.0']) {
      assert.deepEqual(faultsOfLicense(license), [], license);
    }
  });

  it('refuses other licenses, those that come with an allowed one, and none', () => {
    for (const license of ['GPL-3.0-only', 'MIT AND AGPL-3.0-only', 'UNLICENSED', 'SEE LICENSE IN X', '', undefined]) {
      assert.equal(faultsOfLicense(license).length, 1, license);
    }
  });
});

describe('the check of workflows', () => {
  it('accepts actions of this repository, and of others by their commit and version', () => {
    const commit = 'a'.repeat(40);
    const workflow = `steps:\n  - uses: ./.github/actions/own\n  - uses: a/b@${commit} # v1.2.3\n    uses: a/b/c@${commit} # v1.2.3\n`;
    assert.deepEqual(unpinnedActions(workflow), []);
  });

  it('refuses tags, branches, shortened commits and commits without their version', () => {
    const wrong = [
      'a/b@v1',
      'a/b@main',
      `a/b@${'a'.repeat(39)} # v1.2.3`,
      `a/b@${'a'.repeat(40)}`,
      'docker://alpine:3',
    ];
    assert.deepEqual(unpinnedActions(wrong.map((action) => `      - uses: ${action}\n`).join('')), wrong);
  });
});
