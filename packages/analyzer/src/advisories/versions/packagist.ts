import { compareDigits, isDigits } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Numbers and words of a normalized version. */
type Parts = readonly string[];

const modifier = String.raw`[._-]?(?:(?<stability>stable|beta|b|rc|alpha|a|patch|pl|p)(?<number>(?:[.-]?\d+(?:[.-]\d+)*)?))?(?<dev>[.-]?dev)?`;
const classical = new RegExp(String.raw`^v?(?<numbers>\d{1,5}(?:\.\d+){0,3})${modifier}$`, 'i');
const dated = new RegExp(String.raw`^v?(?<numbers>\d{4}(?:[.:-]?\d{2}){1,6}(?:[.:-]?\d{1,3}){0,2})${modifier}$`, 'i');
const branch = /^v?(?<numbers>\d+(?:\.(?:\d+|[x*])){0,3})[.-]?dev$/i;

/** Composer's substitute for the unspecified parts of a branch such as `2.x-dev`. */
const open = '9999999';
const stabilities: Record<string, string> = { a: 'alpha', b: 'beta', p: 'patch', pl: 'patch' };

/**
 * Composer's order: versions are normalized to four numbers and a stability, and compared as PHP's `version_compare`
 * does.
 * https://github.com/composer/semver, https://www.php.net/version_compare
 * A named branch (`dev-main`) is not a version; a numeric one (`2.x-dev`) is the newest version of its line.
 */
export const packagistScheme: VersionScheme<Parts> = {
  parse(text) {
    const version = text
      .trim()
      .replace(/@(?:stable|rc|beta|alpha|dev)$/i, '')
      .replace(/^([^\s,+]+)\+\S+$/, '$1');
    const usual = classical.exec(version)?.groups;
    if (usual?.numbers !== undefined) return [...padded(usual.numbers.split('.'), '0'), ...stabilityOf(usual)];
    const date = dated.exec(version)?.groups;
    if (date?.numbers !== undefined) return [...date.numbers.split(/[.:-]/), ...stabilityOf(date)];
    const numbers = branch.exec(version)?.groups?.numbers;
    if (numbers === undefined) return null;
    const branchNumbers = numbers.split('.').map((part) => (isDigits(part) ? part : open));
    return [...padded(branchNumbers, open), 'dev'];
  },
  compare(a, b) {
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
      // PHP compares a missing part as a number that is less than all others.
      const [left, right] = [a[index] ?? '#', b[index] ?? '#'];
      const order =
        weight(left) - weight(right) || (isDigits(left) && isDigits(right) ? compareDigits(left, right) : 0);
      if (order !== 0) return order;
      if (isDigits(left) !== isDigits(right)) return isDigits(left) ? 1 : -1;
    }
    return 0;
  },
};

const padded = (numbers: readonly string[], fill: string): string[] => [
  ...numbers,
  ...Array.from({ length: Math.max(0, 4 - numbers.length) }, () => fill),
];

const stabilityOf = ({ stability, number = '', dev }: Record<string, string | undefined>): string[] => {
  const name = stability?.toLowerCase();
  // Composer ignores everything after `stable` in a version.
  if (name === 'stable') return [];
  const numbers = number.split(/[.-]/).filter((part) => part !== '');
  return [
    ...(name === undefined ? [] : [stabilities[name] ?? name, ...numbers]),
    ...(dev === undefined ? [] : ['dev']),
  ];
};

const order = ['dev', 'alpha', 'beta', 'rc', '#', 'patch'];
const weight = (part: string): number => (isDigits(part) ? order.indexOf('#') : order.indexOf(part));
