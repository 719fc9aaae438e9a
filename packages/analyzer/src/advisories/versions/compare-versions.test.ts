import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compareVersions, versionSchemes } from './compare-versions.ts';

const TABLES = join(import.meta.dirname, '../../../test/corpus/advisories/versions');

/** Published examples of an ecosystem's version order. */
interface Table {
  /** Address of the document from which the examples are taken. */
  source: string;
  /** Lists of versions, each in ascending order. */
  ordered?: string[][];
  equal?: [string, string][];
  /** Texts that are not versions of the ecosystem. */
  none?: string[];
  /**
   * Versions that mean something else in a repository than in an advisory, each with a version that sorts before and one that sorts after
   * it.
   */
  used?: { text: string; after: string; before: string }[];
  /** Texts that do not name a version if a repository uses them. */
  usedNone?: string[];
}

for (const file of readdirSync(TABLES)) {
  const { ecosystem, tables }: { ecosystem: string; tables: Table[] } = JSON.parse(
    readFileSync(join(TABLES, file), 'utf8'),
  );
  describe(`versions of ${ecosystem} are ordered like`, () => {
    for (const { source, ordered = [], equal = [], none = [], used = [], usedNone = [] } of tables) {
      it(source, () => {
        const wrong: string[] = [];
        const check = (a: string, b: string, expected: number): void => {
          const orders = [compareVersions(ecosystem, a, b), compareVersions(ecosystem, b, a)];
          if (orders[0] !== expected || orders[1] !== -expected + 0)
            wrong.push(`${a}, ${b}: ${orders}, not ${expected}`);
        };
        for (const list of ordered) {
          for (const [index, before] of list.entries())
            for (const after of list.slice(index + 1)) check(before, after, -1);
        }
        for (const [a, b] of equal) check(a, b, 0);
        const {
          parse,
          compare,
          parseUsed = parse,
        } = versionSchemes[ecosystem] ?? assert.fail(`${ecosystem} is not known`);
        for (const text of none) {
          if (parse(text) !== null) wrong.push(`${JSON.stringify(text)} is taken for a version`);
        }
        for (const { text, after, before } of used) {
          const read = parseUsed(text);
          if (read === null || compare(read, parse(after)) <= 0 || compare(read, parse(before)) >= 0)
            wrong.push(`${text} is not between ${after} and ${before}`);
        }
        for (const text of usedNone) {
          if (parseUsed(text) !== null) wrong.push(`${JSON.stringify(text)} is taken for a version`);
        }
        assert.deepEqual(wrong, []);
      });
    }
  });
}

it('every supported ecosystem has a table of examples', () => {
  const tested = readdirSync(TABLES).map((file) => JSON.parse(readFileSync(join(TABLES, file), 'utf8')).ecosystem);
  assert.deepEqual(Object.keys(versionSchemes).sort(), tested.sort());
});

it('compares numbers of any length by value', () => {
  const [long, longer] = ['999999999999999999999999999991', '999999999999999999999999999999'];
  for (const ecosystem of Object.keys(versionSchemes))
    assert.equal(compareVersions(ecosystem, `1.${long}.0`, `1.${longer}.0`), -1, ecosystem);
});

it('rejects texts that are not versions in linear time', () => {
  // A pattern that can split digits anywhere would try billions of ways for 40 digits and a letter, and this test would
  // not end.
  const texts = ['1.0-a', '1.0-rc.', '1.', '1.0+', '1-'].map((start) => `${start}${'1'.repeat(100)}!`);
  for (const [ecosystem, { parse, compare }] of Object.entries(versionSchemes)) {
    for (const text of texts) {
      const read = parse(text);
      if (read !== null) assert.equal(compare(read, read), 0, ecosystem);
    }
  }
});

it('returns null for an unsupported ecosystem', () => {
  assert.equal(compareVersions('Debian', '1', '2'), null);
});
