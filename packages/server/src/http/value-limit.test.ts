import assert from 'node:assert/strict';
import { it } from 'node:test';
import { holdsTooManyValues, MOST_VALUES } from './value-limit.ts';

const holds = (value: unknown): boolean => holdsTooManyValues(Buffer.from(JSON.stringify(value)));
const entries = (count: number): number[] => Array.from({ length: count }, () => 1);

it('fields and entries are counted wherever they stand', () => {
  assert.equal(holds(entries(MOST_VALUES)), false);
  assert.equal(holds(entries(MOST_VALUES + 1)), true);
  assert.equal(holds(Object.fromEntries(entries(MOST_VALUES + 1).map((_, place) => [place, {}]))), true);
  assert.equal(holds({ a: [{ b: entries(MOST_VALUES - 2) }] }), true);
  assert.equal(holdsTooManyValues(Buffer.from('['.repeat(MOST_VALUES + 1))), true);
});

it('what a text holds is no field and no entry', () => {
  const text = `",[{\\${',[{"'.repeat(MOST_VALUES)}`;
  assert.equal(holds({ text, [text]: [text] }), false);
  assert.equal(holds({ text, more: entries(MOST_VALUES + 1) }), true);
});

it('a text that does not end holds nothing more', () => {
  assert.equal(holdsTooManyValues(Buffer.from(`"${','.repeat(MOST_VALUES * 2)}`)), false);
  assert.equal(holdsTooManyValues(Buffer.from('"\\')), false);
});
