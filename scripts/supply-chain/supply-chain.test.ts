import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INSTALL_SCRIPTS } from './install-scripts.ts';
import { licenseProblems } from './licenses.ts';
import { allowedScriptProblems, type LockfileEntry, lockedPackages, lockfileProblems } from './lockfile.ts';
import { unpinnedActions } from './pinned-actions.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;
/** Returns a valid lockfile with these additional entries. */
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
const problemsOf = (entry: LockfileEntry, folder = 'node_modules/@a/b'): string[] =>
  lockfileProblems(lockfileWith({ [folder]: { version: '1.2.3', integrity, ...entry } }));

describe('lockfileProblems', () => {
  it('accepts packages with an integrity from the registry, and workspaces', () => {
    assert.deepEqual(problemsOf({}), []);
    assert.deepEqual(problemsOf({ resolved: 'https://registry.npmjs.org/@a/b/-/b-1.2.3.tgz' }), []);
    assert.deepEqual(
      problemsOf({ name: 'real', resolved: 'https://registry.npmjs.org/real/-/real-1.2.3.tgz' }, 'node_modules/alias'),
      [],
    );
    assert.equal(lockedPackages(lockfileWith({})).length, Object.keys(INSTALL_SCRIPTS).length);
  });

  it('reports another source or package, a weak or missing integrity, and a link out of the workspaces', () => {
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
      assert.equal(problemsOf(entry).length, 1, JSON.stringify(entry));
    }
  });

  it('reports an install script that is not listed, and a listed one that does not exist', () => {
    assert.match(problemsOf({ hasInstallScript: true })[0] ?? '', /@a\/b runs an install script/);
    const without = { 'node_modules/esbuild': { version: '1.0.0', integrity } };
    assert.match(lockfileProblems(lockfileWith(without))[0] ?? '', /esbuild runs no install script/);
  });

  it('reports install scripts that are listed but not allowed, and the reverse', () => {
    const allowed = Object.fromEntries(Object.keys(INSTALL_SCRIPTS).map((name) => [name, true]));
    assert.deepEqual(allowedScriptProblems(allowed), []);
    assert.match(allowedScriptProblems({ ...allowed, esbuild: false }).join(), /^esbuild is in install-scripts\.ts/);
    assert.match(allowedScriptProblems({ ...allowed, '@a/b': true }).join(), /^@a\/b is in allowScripts/);
  });
});

describe('licenseProblems', () => {
  const problemsOfLicense = (license: string | undefined): string[] =>
    licenseProblems('/nowhere', [{ folder: 'a', name: 'a', version: '1.0.0', license, hasInstallScript: false }]);

  it('accepts packages that can be used under allowed licenses alone', () => {
    for (const license of ['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND CC-BY-3.0']) {
      assert.deepEqual(problemsOfLicense(license), [], license);
    }
  });

  it('reports other licenses, others in addition to an allowed one, and a missing license', () => {
    for (const license of ['GPL-3.0-only', 'MIT AND AGPL-3.0-only', 'UNLICENSED', 'SEE LICENSE IN X', '', undefined]) {
      assert.equal(problemsOfLicense(license).length, 1, license);
    }
  });
});

describe('unpinnedActions', () => {
  it('accepts actions of this repository, and third-party actions with commit and version', () => {
    const commit = 'a'.repeat(40);
    const workflow = `steps:\n  - uses: ./.github/actions/own\n  - uses: a/b@${commit} # v1.2.3\n    uses: a/b/c@${commit} # v1.2.3\n`;
    assert.deepEqual(unpinnedActions(workflow), []);
  });

  it('reports tags, branches, short commits, and commits without version', () => {
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
