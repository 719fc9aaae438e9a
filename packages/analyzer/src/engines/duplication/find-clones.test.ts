import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findClones, MIN_LINES } from './find-clones.ts';
import type { LineSequence } from './line-sequence.ts';

const sequenceOf = (files: readonly (readonly number[])[]): LineSequence => {
  const hashes = files.flat();
  const ends = files.map((_, index) => files.slice(0, index + 1).flat().length);
  return {
    files: files.map(({ length }, index) => {
      const end = ends[index] ?? 0;
      return { path: `${index}`, lines: length, begin: end - length, end };
    }),
    hashes: Uint32Array.from(hashes),
    tokens: new Uint8Array(hashes.length).fill(10),
    numbers: Uint32Array.from(files.flatMap((file) => file.map((_, index) => index + 1))),
    owners: Uint32Array.from(files.flatMap((file, index) => file.map(() => index))),
  };
};
const counting = (from: number, length: number) => Array.from({ length }, (_, n) => from + n);

describe('findClones', () => {
  it('finds maximal duplicates in two files or within one', () => {
    const copied = counting(1000, 15);
    assert.deepEqual(
      findClones(
        sequenceOf([
          [1, 2, ...copied, 3],
          [4, ...copied],
        ]),
      ),
      [{ first: 2, second: 19, length: 15 }],
    );
    assert.deepEqual(findClones(sequenceOf([[...copied, 3, ...copied]])), [{ first: 0, second: 16, length: 15 }]);
    assert.deepEqual(findClones(sequenceOf([counting(1, 9), counting(1, 9)])), []);
  });

  it('does not find duplicates across the boundary of two files', () => {
    assert.deepEqual(findClones(sequenceOf([counting(1, 5), counting(6, 5), counting(1, 10)])), []);
  });

  it('finds non-overlapping clones in a run of equal lines', () => {
    const clones = findClones(sequenceOf([new Array<number>(1000).fill(7)]));
    assert.ok(clones.length > 0 && clones.length < 20);
    for (const { first, second, length } of clones) assert.ok(first + length <= second);
  });

  it('finds every repeated window and nothing else', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 200; round += 1) {
      const files: number[][] = [];
      for (let file = 0; file < 4; file += 1) {
        const lines = Array.from({ length: random(40) }, () => 1 + random(3));
        const source = files[random(files.length + 1)] ?? [];
        const from = random(source.length + 1);
        files.push([...lines, ...source.slice(from, from + 10 + random(20)), ...lines.slice(random(40))]);
      }
      checkAgainstEveryPair(sequenceOf(files));
    }
  });
});

function checkAgainstEveryPair(sequence: LineSequence): void {
  const { hashes, owners } = sequence;
  const clones = findClones(sequence);
  const covered = new Set<number>();
  for (const { first, second, length } of clones) {
    for (let n = 0; n < length; n += 1) {
      assert.equal(hashes[first + n], hashes[second + n]);
      assert.equal(owners[first + n], owners[first]);
      assert.equal(owners[second + n], owners[second]);
      covered.add(second + n);
    }
  }
  const equalWindow = (a: number, b: number): boolean => {
    for (let n = 0; n < MIN_LINES; n += 1) if (hashes[a + n] !== hashes[b + n]) return false;
    return owners[a] === owners[a + MIN_LINES - 1] && owners[b] === owners[b + MIN_LINES - 1];
  };
  for (let b = 0; b + MIN_LINES <= hashes.length; b += 1) {
    for (let a = 0; a + MIN_LINES <= b; a += 1) {
      // At least the last line of a repeated window is part of a clone; its earlier lines may belong to a clone that ended there.
      if (equalWindow(a, b)) assert.ok([...Array(MIN_LINES).keys()].some((n) => covered.has(b + n)));
    }
  }
}
