import assert from 'node:assert/strict';
import { it } from 'node:test';
import { jsonPieces } from '../src/json-pieces.ts';

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

it('is the text that JSON.stringify makes', () => {
  assert.equal([...jsonPieces(value)].join(''), JSON.stringify(value, null, 2));
  assert.equal([...jsonPieces([])].join(''), '[]');
});

it('comes in pieces, none of them much longer than the others', () => {
  const large = { facts: { dependencies: Array.from({ length: 20_000 }, (_, n) => ({ name: `package-${n}` })) } };
  const pieces = [...jsonPieces(large)];
  assert.equal(pieces.join(''), JSON.stringify(large, null, 2));
  assert.ok(pieces.length > 5 && pieces.every((piece) => piece.length < 70_000));
});
