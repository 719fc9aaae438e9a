import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenFormats } from './detectors/token-formats.ts';
import { secretRules } from './rules.ts';

test('every format of a token has a name and a page for people', () => {
  const unknown = tokenFormats.map(({ rule }) => rule).filter((rule) => !Object.hasOwn(secretRules, rule));
  assert.deepEqual(unknown, []);
});
