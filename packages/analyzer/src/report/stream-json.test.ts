import assert from 'node:assert/strict';
import { it } from 'node:test';
import { streamJson } from './stream-json.ts';

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

it('yields the same text as JSON.stringify, with and without indentation', () => {
  for (const indent of [0, 2]) {
    for (const one of [value, [], {}, 'text', null, 1])
      assert.equal([...streamJson(one, { indent })].join(''), JSON.stringify(one, null, indent));
  }
});

it('yields the long lists of a report and of a SARIF log in chunks of similar length', () => {
  const entries = Array.from({ length: 20_001 }, (_, n) =>
    n % 7 === 0 ? undefined : { name: `package-${n}`, via: [n] },
  );
  for (const large of [{ findings: entries }, { facts: { dependencies: entries } }, { runs: [{ results: entries }] }]) {
    for (const indent of [0, 2]) {
      const chunks = [...streamJson(large, { indent })];
      assert.equal(chunks.join(''), JSON.stringify(large, null, indent));
      assert.ok(chunks.length > 5 && chunks.every((chunk) => chunk.length < 80_000));
    }
  }
});
