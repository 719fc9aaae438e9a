import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAllowed, readLicenseList } from '../../packages/analyzer/src/engines/licenses/license-lists.ts';
import { readExpression } from '../../packages/analyzer/src/engines/licenses/spdx-expression.ts';
import type { LockedPackage } from './lockfile.ts';

/** Licenses that require only attribution or, for MPL-2.0, the publication of changes to the package, which we do not make. */
const ALLOWED = readLicenseList([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-3.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'PSF-2.0',
  'Python-2.0',
]).licenses;

/**
 * Returns a problem for each package that cannot be used under the allowed licenses.
 *
 * @param root root folder of the repository, in which installed packages are read; the lockfile has the license of a package for another
 * machine
 */
export function licenseProblems(root: string, packages: readonly LockedPackage[]): string[] {
  return packages.flatMap(({ folder, license }) => {
    const text = installedLicense(join(root, folder)) ?? license ?? '';
    const expression = readExpression(text);
    if (expression !== null && isAllowed(expression.tree, ALLOWED)) return [];
    return [`${folder} has the license "${text}", which is not allowed in licenses.ts.`];
  });
}

/** Returns the license in the installed package's `package.json`, or undefined if the package is not installed. */
function installedLicense(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { license } = JSON.parse(readFileSync(file, 'utf8')) as { license?: unknown };
  return typeof license === 'string' ? license : '';
}
