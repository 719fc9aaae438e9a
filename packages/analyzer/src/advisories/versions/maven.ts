import { compareDigits, compareText, isDigits } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/** A token of a Maven version: a number or a qualifier between two separators. */
interface Token {
  rank: number;
  /** Text of the token if it is a number or an unknown qualifier; empty if the rank alone decides the order. */
  text: string;
}

/**
 * The published order of Maven versions: https://maven.apache.org/pom.html#version-order-specification
 * It leaves cases open in which `ComparableVersion` of Maven 3.9 and Maven 4 and the resolver's `GenericVersion`
 * differ, and in which some of them are not transitive (https://github.com/apache/maven/issues/8678). As in
 * `GenericVersion`, an underscore is a separator here.
 */
export const mavenScheme: VersionScheme<readonly Token[]> = {
  parse: (text) => (text.trim() === '' ? null : withoutNothings(readTokens(text.trim().toLowerCase()))),
  compare(a, b) {
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
      const [left, right] = [a[index] ?? END, b[index] ?? END];
      const order = left.rank - right.rank || compareTexts(left.text, right.text);
      if (order !== 0) return order;
    }
    return 0;
  },
};

const qualifiers = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'release', 'sp'];
const aliases: ReadonlyMap<string, string> = new Map([
  ['cr', 'rc'],
  ['ga', 'release'],
  ['final', 'release'],
]);
const shorthands: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

/**
 * Ranks by which tokens of Maven versions are ordered: known qualifiers, unknown qualifiers, numbers. `end` is compared with the next
 * token of a longer version: the longer version is newer unless that token is a pre-release qualifier.
 */
const ranks = {
  end: qualifiers.indexOf(''),
  release: qualifiers.indexOf('release'),
  other: qualifiers.length,
  hyphened: qualifiers.length + 1,
  dotted: qualifiers.length + 2,
};
const END: Token = { rank: ranks.end, text: '' };

/**
 * Splits a Maven version into tokens. Tokens also end between a digit and another character, as if there were a hyphen; empty tokens are
 * zeros.
 */
const readTokens = (text: string): Token[] =>
  [...`.${text}`.matchAll(/([-._])([^-._]*)/g)].flatMap(([, separator, between]) => {
    const parts = between?.match(/\d+|\D+/g) ?? ['0'];
    return parts.map((part, index) => {
      if (!isDigits(part)) return toQualifier(index < parts.length - 1 ? (shorthands.get(part) ?? part) : part);
      return { rank: index === 0 && separator === '.' ? ranks.dotted : ranks.hyphened, text: part };
    });
  });

function toQualifier(name: string): Token {
  const rank = qualifiers.indexOf(aliases.get(name) ?? name);
  return rank < 0 ? { rank: ranks.other, text: name } : { rank, text: '' };
}

/**
 * Removes zeros and release qualifiers at the end and before a hyphen, which precedes every qualifier, because they do
 * not change the order.
 */
function withoutNothings(tokens: readonly Token[]): Token[] {
  const counting: Token[] = [];
  for (const token of tokens.toReversed()) {
    const nothing = token.rank === ranks.release || /^0+$/.test(token.text);
    if (!nothing || counting.at(-1)?.rank === ranks.dotted) counting.push(token);
  }
  return counting.reverse();
}

const compareTexts = (a: string, b: string): number => (isDigits(a) ? compareDigits(a, b) : compareText(a, b));
