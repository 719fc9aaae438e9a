import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { versionSchemes } from './compare-versions.ts';
import { textsOf } from './testing/grammar.ts';
import { versionGrammars } from './testing/version-grammars.ts';
import type { VersionScheme } from './version-scheme.ts';

const VERSIONS = 500;
const SEED = 20261125;

describe('the order of versions is total', () => {
  for (const [ecosystem, scheme] of Object.entries(versionSchemes)) {
    it(`for every two versions of ${ecosystem}`, () => {
      const grammar = versionGrammars[ecosystem] ?? assert.fail(`no versions of ${ecosystem} can be made up`);
      const texts = textsOf(grammar, VERSIONS, SEED);
      assert.equal(texts.length, VERSIONS, 'its grammar says too little');
      const versions = texts.map((text) => ({
        text,
        read: scheme.parse(text) ?? assert.fail(`${JSON.stringify(text)} is none`),
      }));
      assert.deepEqual(contradictions(scheme, versions), []);
    });
  }
});

interface Read {
  text: string;
  read: unknown;
}

/**
 * Sorts the versions, counts the different versions before each, and lists comparisons that contradict these positions:
 * the result depends on the order of the arguments, three versions form a cycle, or equal versions differ in comparison
 * with a third one.
 */
function contradictions(scheme: VersionScheme, versions: readonly Read[]): string[] {
  const sorted = versions.toSorted((a, b) => scheme.compare(a.read, b.read));
  let different = 0;
  const places = sorted.map((version, index) => {
    const before = sorted[index - 1];
    if (before !== undefined && scheme.compare(before.read, version.read) !== 0) different += 1;
    return different;
  });
  const found: string[] = [];
  for (const [first, a] of sorted.entries()) {
    for (const [second, b] of sorted.entries()) {
      const order = Math.sign(scheme.compare(a.read, b.read));
      const expected = Math.sign((places[first] ?? 0) - (places[second] ?? 0));
      if (order !== expected && found.length < 10) found.push(`${a.text} and ${b.text}: ${order}, sorted ${expected}`);
    }
  }
  return found;
}
