import assert from 'node:assert/strict';
import { it } from 'node:test';
import { jsonText } from './json-text.ts';

const again = (value: unknown): unknown => JSON.parse(jsonText(value));

it('what PostgreSQL cannot hold is replaced, wherever it stands', () => {
  assert.deepEqual(again({ 'a\0b': ['\0', 'half \ud800', '\udfff half'] }), {
    'a\ufffdb': ['\ufffd', 'half \ufffd', '\ufffd half'],
  });
});

it('what only looks like it stays as it is', () => {
  for (const text of ['\\u0000', '\\\\ud800', '😀', 'C:\\users', '"\\u0000', '\\\\\\u0000'])
    assert.equal(again(text), text);
  assert.equal(again('\\\0'), '\\\ufffd');
});
