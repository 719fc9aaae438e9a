import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { globError, matchFolders, matchPaths } from './path-glob.ts';

describe('matchPaths', () => {
  const cases: [glob: string, covered: string[], not: string[]][] = [
    ['vendor', ['vendor', 'vendor/a.go', 'vendor/x/y.go'], ['src/vendor/a.go', 'vendored/a.go']],
    ['vendor/', ['vendor/a.go'], ['a/vendor/b']],
    ['./docs', ['docs/a.md'], ['a/docs/b.md']],
    ['docs/**', ['docs/a.md', 'docs/a/b.md'], ['doc/a.md', 'a/docs/b.md']],
    ['**/vendor', ['vendor/a', 'a/vendor/b', 'a/b/vendor/c/d'], ['a/vendors/b']],
    ['**/*.min.{js,css}', ['a.min.js', 'x/y/a.min.css'], ['a.js', 'min.js', 'a.min.ts']],
    ['src/*/test', ['src/a/test/b.ts'], ['src/test/b.ts', 'src/a/b/test/c.ts']],
    ['src/**/test/**/*.ts', ['src/test/a.ts', 'src/a/b/test/c/d.ts'], ['src/a/b.ts', 'test/a.ts']],
    ['a?c.ts', ['abc.ts', 'aüc.ts'], ['ac.ts', 'abbc.ts', 'a/c.ts']],
    ['*.ts', ['a.ts', '.hidden.ts'], ['x/a.ts']],
    ['{a,b}/{c,d}', ['a/c', 'b/d/e'], ['a/e', 'c/a']],
    ['a.ts', ['a.ts'], ['aXts', 'a.tsx']],
    ['**', ['a', 'a/b/c'], []],
    ['(a|b)+[c]', ['(a|b)+[c]'], ['ac', 'a+c']],
  ];
  for (const [glob, covered, not] of cases) {
    it(`lets ${glob} match a file, or a folder with its contents`, () => {
      const matches = matchPaths([glob]);
      assert.deepEqual(
        [...covered, ...not].map((path) => [path, matches(path)]),
        [...covered.map((path) => [path, true]), ...not.map((path) => [path, false])],
      );
    });
  }

  it('decides by the last matching glob', () => {
    const matches = matchPaths(['**/vendor', '!vendor/ours', 'vendor/ours/old']);
    assert.deepEqual(
      ['vendor/a', 'vendor/ours/a', 'vendor/ours/old/a', 'src/a'].map((path) => matches(path)),
      [true, false, true, false],
    );
  });

  it('matches nothing without globs', () => {
    assert.equal(matchPaths([])('a'), false);
  });

  it('matches malicious globs quickly', () => {
    const matches = matchPaths([`${'*a'.repeat(100)}b`, `${'**/a/'.repeat(100)}b`, `{${'q,'.repeat(60)}{r,s}}`]);
    assert.equal(matches(`${'a'.repeat(255)}`), false);
    assert.equal(matches(`${'a/'.repeat(1000)}c`), false);
  });

  it('rejects globs that lead outside or have too many alternatives', () => {
    assert.equal(globError('src/**'), undefined);
    assert.equal(globError('!src/**'), undefined);
    for (const glob of [
      '',
      '!',
      '/etc',
      '../x',
      'a/../../b',
      'C:/x',
      'a\\b',
      '{a,b}'.repeat(7),
      `${'{a,b'.repeat(100)}`.repeat(9),
    ]) {
      assert.notEqual(globError(glob), undefined, glob);
    }
  });
});

describe('matchFolders', () => {
  const cases: [globs: string[], matching: string[], not: string[]][] = [
    [['packages/*'], ['packages/a'], ['packages', 'packages/a/b']],
    [['./packages/*/'], ['packages/a'], []],
    [['packages/**'], ['packages', 'packages/a/b'], ['package']],
    [['**'], ['a/b/c'], []],
    [['**/plugin-*'], ['a/b/plugin-x'], ['a/b/other-plugin']],
    [['packages/*-core'], ['packages/my-core'], ['packages/my-core-2']],
    [['packages/*', '!packages/old'], ['packages/new'], ['packages/old']],
    [['tools'], ['tools'], ['tools/a']],
    [[], [], ['tools']],
  ];
  for (const [globs, matching, not] of cases) {
    it(`lets ${globs.join(' ') || 'no glob'} match only whole folders`, () => {
      const matches = matchFolders(globs);
      assert.deepEqual([...matching, ...not].filter(matches), matching);
    });
  }

  it('matches alternatives and single characters, as npm does', () => {
    const matches = matchFolders(['{apps,libs}/*', 'v?']);
    assert.deepEqual(['apps/a', 'libs/b', 'other/c', 'v1', 'v10'].filter(matches), ['apps/a', 'libs/b', 'v1']);
  });

  it('ignores globs that are invalid or too many', () => {
    const matches = matchFolders(['/etc', '../x', 'a'.repeat(513), '{a,b}'.repeat(10), 'tools']);
    assert.deepEqual(['etc', 'x', 'ababababab', 'tools'].filter(matches), ['tools']);
    assert.equal(matchFolders([...Array.from({ length: 100 }, (_, n) => `p${n}`), 'late'])('late'), false);
  });

  it('matches malicious globs quickly', () => {
    const globs = [`${'*a'.repeat(200)}b`, `${'**/a/'.repeat(100)}b`, `**/${'{*a,*'.repeat(60)}`];
    const matches = matchFolders(Array.from({ length: 40 }, () => globs).flat());
    assert.equal(matches('a'.repeat(255)), false);
    assert.equal(matches('a/'.repeat(2000)), false);
  });
});
