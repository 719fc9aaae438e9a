import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compareVersions, versionSchemes } from './compare-versions.ts';

const TABLES = join(import.meta.dirname, '../../../test/corpus/advisories/versions');

/** What an ecosystem publishes of the order of its versions. */
interface Table {
  /** Where it stands. */
  source: string;
  /** Lists from the first to the last: each version comes before all behind it. */
  ordered?: string[][];
  equal?: [string, string][];
  /** No versions of the ecosystem. */
  none?: string[];
  /** What a repository states that it uses: behind one version and before another, where that means another thing than in an advisory. */
  used?: { text: string; after: string; before: string }[];
  /** What a repository may state and that says nothing of versions. */
  usedNone?: string[];
}

for (const file of readdirSync(TABLES)) {
  const { ecosystem, tables }: { ecosystem: string; tables: Table[] } = JSON.parse(
    readFileSync(join(TABLES, file), 'utf8'),
  );
  describe(`versions of ${ecosystem} are in the order of`, () => {
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

it('every ecosystem that is known has such a table', () => {
  const tested = readdirSync(TABLES).map((file) => JSON.parse(readFileSync(join(TABLES, file), 'utf8')).ecosystem);
  assert.deepEqual(Object.keys(versionSchemes).sort(), tested.sort());
});

it('numbers of any length are compared by their value', () => {
  const [long, longer] = ['999999999999999999999999999991', '999999999999999999999999999999'];
  for (const ecosystem of Object.keys(versionSchemes))
    assert.equal(compareVersions(ecosystem, `1.${long}.0`, `1.${longer}.0`), -1, ecosystem);
});

it('what is no version is told from one without trying all ways to read it', () => {
  // Of 40 digits and a letter, a pattern that may split digits anywhere tries a billion readings: this would not come to its end.
  const texts = ['1.0-a', '1.0-rc.', '1.', '1.0+', '1-'].map((start) => `${start}${'1'.repeat(100)}!`);
  for (const [ecosystem, { parse, compare }] of Object.entries(versionSchemes)) {
    for (const text of texts) {
      const read = parse(text);
      if (read !== null) assert.equal(compare(read, read), 0, ecosystem);
    }
  }
});

it('an ecosystem that is not known has no order', () => {
  assert.equal(compareVersions('Debian', '1', '2'), null);
});
