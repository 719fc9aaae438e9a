import type { SpdxNode } from 'spdx-expression-parse';
import satisfies from 'spdx-satisfies';
import { readExpression } from './spdx-expression.ts';

type Leaf = Extract<SpdxNode, { license: string }>;

/** A list of licenses in the policy, such as the allowed ones, in parsed form. */
export interface LicenseList {
  licenses: readonly Leaf[];
  /** Entries of the list that are not SPDX licenses. */
  unknown: readonly string[];
}

export function readLicenseList(entries: readonly string[]): LicenseList {
  const licenses: Leaf[] = [];
  const unknown: string[] = [];
  for (const entry of entries) {
    const tree = readExpression(entry)?.tree;
    if (tree !== undefined && 'license' in tree) licenses.push(tree);
    else unknown.push(entry);
  }
  return { licenses, unknown };
}

/** Returns true if every way to use the package needs a denied license: with `MIT OR GPL-3.0-only`, MIT can be chosen. */
export function isDenied(tree: SpdxNode, denied: readonly Leaf[]): boolean {
  if ('conjunction' in tree) {
    const left = isDenied(tree.left, denied);
    return tree.conjunction === 'and' ? left || isDenied(tree.right, denied) : left && isDenied(tree.right, denied);
  }
  return 'license' in tree && denied.some((license) => covers(license, tree));
}

/** Returns true if the package can be used under allowed licenses only. */
export function isAllowed(tree: SpdxNode, allowed: readonly Leaf[]): boolean {
  if ('conjunction' in tree) {
    const left = isAllowed(tree.left, allowed);
    return tree.conjunction === 'and' ? left && isAllowed(tree.right, allowed) : left || isAllowed(tree.right, allowed);
  }
  return 'license' in tree && allowed.some((license) => covers(license, tree));
}

function covers(listed: Leaf, used: Leaf): boolean {
  if (listed.exception !== used.exception) return false;
  // Use `spdx-satisfies` for ranges of two licenses only: for whole expressions it builds every combination, and it
  // mistakes some license names for ranges by their length.
  if (!isRange(listed) && !isRange(used)) return withoutOnly(listed.license) === withoutOnly(used.license);
  return satisfies(textOf({ ...used }), [textOf({ ...listed })]);
}

const isRange = ({ license, plus }: Leaf): boolean => plus === true || license.endsWith('-or-later');
const withoutOnly = (license: string): string => license.replace(/-only$/, '');
const textOf = ({ license, plus, exception }: Leaf): string =>
  `${license}${plus === true ? '+' : ''}${exception === undefined ? '' : ` WITH ${exception}`}`;
