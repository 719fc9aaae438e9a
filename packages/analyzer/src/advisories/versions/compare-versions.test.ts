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
}

for (const file of readdirSync(TABLES)) {
  const { ecosystem, tables }: { ecosystem: string; tables: Table[] } = JSON.parse(
    readFileSync(join(TABLES, file), 'utf8'),
  );
  describe(`versions of ${ecosystem} are in the order of`, () => {
    for (const { source, ordered = [], equal = [], none = [] } of tables) {
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
        for (const text of none) {
          if (versionSchemes[ecosystem]?.parse(text) !== null)
            wrong.push(`${JSON.stringify(text)} is taken for a version`);
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
  for (const ecosystem of Object.keys(versionSchemes)) {
    if (ecosystem === 'Packagist') continue;
    assert.equal(compareVersions(ecosystem, `1.${long}.0`, `1.${longer}.0`), -1, ecosystem);
  }
});

it('an ecosystem that is not known has no order', () => {
  assert.equal(compareVersions('Debian', '1', '2'), null);
});
