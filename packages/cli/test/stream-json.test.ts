import assert from 'node:assert/strict';
import { it } from 'node:test';
import { streamJson } from '../src/stream-json.ts';

const value = {
  empty: {},
  none: [],
  absent: undefined,
  text: 'a "quoted"\nline, ü',
  list: [1, null, 'two', { three: [3, { deep: [{ deeper: 4 }] }] }, undefined],
  facts: {
    dependencies: [
      { name: 'a', via: ['b', 'c'] },
      { name: 'd', line: null, vcs: undefined },
    ],
  },
};

it('yields the same text as JSON.stringify', () => {
  assert.equal([...streamJson(value)].join(''), JSON.stringify(value, null, 2));
  assert.equal([...streamJson([])].join(''), '[]');
});

it('yields several chunks of similar length', () => {
  const large = { facts: { dependencies: Array.from({ length: 20_000 }, (_, n) => ({ name: `package-${n}` })) } };
  const chunks = [...streamJson(large)];
  assert.equal(chunks.join(''), JSON.stringify(large, null, 2));
  assert.ok(chunks.length > 5 && chunks.every((chunk) => chunk.length < 70_000));
});
