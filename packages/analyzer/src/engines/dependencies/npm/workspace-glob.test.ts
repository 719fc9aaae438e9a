import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWorkspaceFolder } from './workspace-glob.ts';

test('decides by the last glob that matches', () => {
  const cases: [globs: string[], folder: string, expected: boolean][] = [
    [['packages/*'], 'packages/a', true],
    [['packages/*'], 'packages/a/b', false],
    [['packages/*'], 'packages', false],
    [['./packages/*/'], 'packages/a', true],
    [['packages/**'], 'packages/a/b', true],
    [['**'], 'a/b/c', true],
    [['**/plugin-*'], 'a/b/plugin-x', true],
    [['**/plugin-*'], 'a/b/other-plugin', false],
    [['packages/*-core'], 'packages/my-core', true],
    [['packages/*', '!packages/old'], 'packages/old', false],
    [['tools'], 'tools', true],
    [[], 'tools', false],
  ];
  for (const [globs, folder, expected] of cases) {
    assert.equal(isWorkspaceFolder(globs, folder), expected, `${globs.join()} and ${folder}`);
  }
});

test('matches a malicious glob quickly', () => {
  assert.equal(isWorkspaceFolder([`${'*a'.repeat(200)}b`], 'a'.repeat(400)), false);
  assert.equal(isWorkspaceFolder([`${'**/a/'.repeat(200)}b`], 'a/'.repeat(400)), false);
});
