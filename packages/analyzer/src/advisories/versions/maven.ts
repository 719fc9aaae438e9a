import { compareDigits, compareText, isDigits } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/** A number, a qualifier, a qualifier joined with a number (`rc1`, `rc-1`), or what stands behind a hyphen or such a transition. */
type Item =
  | { kind: 'number'; digits: string }
  | { kind: 'qualifier'; name: string }
  | { kind: 'numbered'; name: string; digits: string }
  | { kind: 'list'; items: Item[] };

/**
 * Maven's ComparableVersion: https://maven.apache.org/pom.html#version-order-specification, with what its implementation decides
 * beyond that: https://github.com/apache/maven/tree/master/compat/maven-artifact/src/main/java/org/apache/maven/artifact/versioning
 */
export const mavenScheme: VersionScheme<Item[]> = {
  parse: (text) => (text.trim() === '' ? null : parseItems(text.trim().toLowerCase())),
  compare: (a, b) => compareLists(a, b),
};

const ZERO: Item = { kind: 'number', digits: '0' };

function parseItems(text: string): Item[] {
  const root: Item[] = [];
  let list = root;
  const lists = [root];
  const nest = (): void => {
    if (list.length === 0) return;
    const items: Item[] = [];
    list.push({ kind: 'list', items });
    lists.push(items);
    list = items;
  };
  let start = 0;
  let digit = false;
  let numbered = false;
  const take = (end: number): void => {
    list.push(readItem(text.slice(start, end), digit, numbered));
    numbered = false;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '.') {
      if (at === start) list.push(ZERO);
      else take(at);
      numbered = false;
      start = at + 1;
    } else if (character === '-') {
      if (at === start) list.push(ZERO);
      else if (!digit && isDigits(text.charAt(at + 1))) {
        // rc-1 is rc1.
        numbered = true;
        continue;
      } else take(at);
      numbered = false;
      start = at + 1;
      nest();
    } else if (isDigits(character)) {
      if (!digit && at > start) {
        numbered = true;
        nest();
      }
      digit = true;
    } else {
      if (digit && at > start) {
        take(at);
        start = at;
        nest();
      }
      digit = false;
    }
  }
  if (start < text.length) {
    // 1.rc is 1-rc.
    if (!digit) nest();
    take(text.length);
  }
  for (const items of lists.reverse()) dropNothings(items);
  return root;
}

const aliases: Record<string, string> = { cr: 'rc' };
const shorthands: Record<string, string> = { a: 'alpha', b: 'beta', m: 'milestone' };

function readItem(text: string, digit: boolean, numbered: boolean): Item {
  if (!numbered) return digit ? { kind: 'number', digits: text } : { kind: 'qualifier', name: aliases[text] ?? text };
  const [, name = '', digits = '0'] = /^(\D*?)-*(\d+)/.exec(text.replaceAll('-', '')) ?? [];
  return { kind: 'numbered', name: shorthands[name] ?? aliases[name] ?? name, digits };
}

/** Zeros and empty lists at an end count nothing, and so do those before a qualifier. */
function dropNothings(items: Item[]): void {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index];
    if (item === undefined || !isNothing(item)) continue;
    const next = items[index + 1];
    const first = next?.kind === 'list' ? next.items[0] : undefined;
    if (next === undefined || next.kind === 'qualifier' || first?.kind === 'numbered' || first?.kind === 'qualifier')
      items.splice(index, 1);
  }
}

function isNothing(item: Item): boolean {
  if (item.kind === 'number') return /^0*$/.test(item.digits);
  return item.kind === 'list' ? item.items.length === 0 : item.kind === 'qualifier' && item.name === '';
}

function compareLists(a: readonly Item[], b: readonly Item[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [left, right] = [a[index], b[index]];
    const order = left === undefined ? -compareWithNothing(right) : compareItems(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** 1.1 > 1-1 > 1-sp: numbers before lists before qualifiers. */
const ranks: Record<Item['kind'], number> = { number: 2, list: 1, numbered: 0, qualifier: 0 };

function compareItems(a: Item, b: Item | undefined): number {
  if (b === undefined) return compareWithNothing(a);
  if (a.kind === 'number' && b.kind === 'number') return compareDigits(a.digits, b.digits);
  if (a.kind === 'list' && b.kind === 'list') return compareLists(a.items, b.items);
  if (ranks[a.kind] !== ranks[b.kind]) return ranks[a.kind] - ranks[b.kind];
  if (a.kind === 'number' || a.kind === 'list' || b.kind === 'number' || b.kind === 'list') return 0;
  const order = compareQualifiers(a.name, b.name);
  if (order !== 0) return order;
  // rc < rc1 < rc2
  if (a.kind === 'numbered' && b.kind === 'numbered') return compareDigits(a.digits, b.digits);
  return Number(a.kind === 'numbered') - Number(b.kind === 'numbered');
}

function compareWithNothing(item: Item | undefined): number {
  if (item === undefined) return 0;
  if (item.kind === 'number') return isNothing(item) ? 0 : 1;
  if (item.kind !== 'list') return compareQualifiers(item.name, '');
  for (const inner of item.items) {
    const order = compareWithNothing(inner);
    if (order !== 0) return order;
  }
  return 0;
}

const qualifiers = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const releases = ['ga', 'final', 'release'];

/** Those that are known in their order, then all others by alphabet. */
function compareQualifiers(a: string, b: string): number {
  const [left, right] = [rankOf(a), rankOf(b)];
  return left - right || (left === qualifiers.length ? compareText(a, b) : 0);
}

function rankOf(name: string): number {
  const rank = qualifiers.indexOf(releases.includes(name) ? '' : name);
  return rank < 0 ? qualifiers.length : rank;
}
