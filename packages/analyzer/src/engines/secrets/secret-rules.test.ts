import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenFormats } from './detectors/token-formats.ts';
import { secretRules } from './secret-rules.ts';

test('every token format has a name and a page for its users', () => {
  const unknown = tokenFormats.map(({ rule }) => rule).filter((rule) => !Object.hasOwn(secretRules, rule));
  assert.deepEqual(unknown, []);
});
