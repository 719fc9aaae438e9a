import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compare, parse } from 'semver';
import { compareVersions } from './compare-versions.ts';
import { seeded, textsOf } from './testing/grammar.ts';
import { versionGrammars } from './testing/version-grammars.ts';

const SEED = 20261125;
const PAIRS = 20_000;

it('orders versions like the npm package semver', () => {
  const grammar = versionGrammars.npm ?? assert.fail('no versions of npm can be made up');
  // Skip numbers of 17 and more digits: the npm package stores numbers as doubles, so it rejects larger ones, or in pre-releases treats
  // them as equal.
  const versions = textsOf(grammar, 2000, SEED).filter((text) => parse(text) !== null && !/\d{17}/.test(text));
  assert.ok(versions.length > 1000);
  const random = seeded(SEED);
  const different: string[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const [a = '', b = ''] = [versions[random(versions.length)], versions[random(versions.length)]];
    const [actual, expected] = [compareVersions('npm', a, b), compare(a, b)];
    if (actual !== expected) different.push(`${a} and ${b}: ${actual}, not ${expected}`);
  }
  assert.deepEqual(different, []);
});
