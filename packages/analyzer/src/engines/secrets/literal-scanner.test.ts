import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLiteralScanner, type Literal } from './literal-scanner.ts';

const literals: Literal[] = [
  { text: 'token', exact: false },
  { text: 'akia', exact: false },
  { text: 'ghp_', exact: true },
  { text: 'aaaa', exact: true },
  { text: '://a', exact: true },
  { text: 'kenk', exact: true },
];

function hitsIn(text: string): [number, string][] {
  const hits: [number, string][] = [];
  createLiteralScanner(literals)(Buffer.from(text, 'latin1'), (at, literal) =>
    hits.push([at, literals[literal]?.text ?? '']),
  );
  return hits.sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));
}

function everyPlace(text: string): [number, string][] {
  const places: [number, string][] = [];
  for (const { text: wanted, exact } of literals) {
    const from = exact ? text : text.toLowerCase();
    for (let at = from.indexOf(wanted); at >= 0; at = from.indexOf(wanted, at + 1)) places.push([at, wanted]);
  }
  return places.sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));
}

test('finds every occurrence of every literal, also overlapping ones', () => {
  const alphabet = 'toKenakihgp_:/A ';
  let state = 7;
  for (let round = 0; round < 300; round += 1) {
    let text = '';
    for (let i = 0; i < 400; i += 1) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      const pick = Math.floor(state / 65_536);
      text += pick % 9 === 0 ? (literals[pick % literals.length]?.text ?? '') : alphabet.charAt(pick % alphabet.length);
    }
    assert.deepEqual(hitsIn(text), everyPlace(text));
  }
});

test('finds literals at both ends of a text, and none in a text that is too short', () => {
  assert.deepEqual(hitsIn('TOKEN'), [[0, 'token']]);
  assert.deepEqual(hitsIn('aaaaa'), [
    [0, 'aaaa'],
    [1, 'aaaa'],
  ]);
  assert.deepEqual(hitsIn('toke'), []);
  assert.deepEqual(hitsIn(''), []);
});

test('rejects a literal of fewer than four characters', () => {
  assert.throws(() => createLiteralScanner([{ text: 'sk-', exact: true }]), RangeError);
});
