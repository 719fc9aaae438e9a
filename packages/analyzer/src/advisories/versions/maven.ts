import { compareDigits, compareText, isDigits } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/** What stands between separators. */
interface Token {
  rank: number;
  /** Of a number or of a qualifier that is not known; otherwise the rank says all. */
  text: string;
}

/**
 * Maven's order as it is published: https://maven.apache.org/pom.html#version-order-specification
 * In what that leaves open `ComparableVersion` of Maven 3.9, that of Maven 4 and the resolver's `GenericVersion`, which alone heeds
 * underscores, differ, and some of them go round in circles (https://github.com/apache/maven/issues/8678).
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
 * Behind the qualifiers that are known come the others, then numbers. Where one version ends, the other goes on with something that
 * counts: it comes later, unless that is the qualifier of what is not yet a release.
 */
const ranks = {
  end: qualifiers.indexOf(''),
  release: qualifiers.indexOf('release'),
  other: qualifiers.length,
  hyphened: qualifiers.length + 1,
  dotted: qualifiers.length + 2,
};
const END: Token = { rank: ranks.end, text: '' };

/** Tokens also end where digits and other characters meet, as if a hyphen stood there; empty ones are zeros. */
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

/** Zeros and the qualifiers of releases count nothing at the end and before a hyphen, which every qualifier has. */
function withoutNothings(tokens: readonly Token[]): Token[] {
  const counting: Token[] = [];
  for (const token of tokens.toReversed()) {
    const nothing = token.rank === ranks.release || /^0+$/.test(token.text);
    if (!nothing || counting.at(-1)?.rank === ranks.dotted) counting.push(token);
  }
  return counting.reverse();
}

const compareTexts = (a: string, b: string): number => (isDigits(a) ? compareDigits(a, b) : compareText(a, b));
