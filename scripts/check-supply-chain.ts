import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSbom } from './sbom.ts';
import { licenseFaults } from './supply-chain/licenses.ts';
import { type Lockfile, lockedPackages, lockfileFaults } from './supply-chain/lockfile.ts';
import { unpinnedActions } from './supply-chain/pinned-actions.ts';

/**
 * What is taken from others: every package of the lockfile has an integrity, comes from the registry, has an allowed license, runs no
 * install script that is not listed, and is in the bill of materials; every action of the workflows is pinned to a commit.
 */
const ROOT = resolve(import.meta.dirname, '..');
const lockfile = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lockfile;
const packages = lockedPackages(lockfile);

const { components } = createSbom();
const billed = new Set(
  components.map(({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name}@${version}`),
);
const faults = [
  ...lockfileFaults(lockfile),
  ...licenseFaults(ROOT, packages),
  ...packages
    .filter(({ name, version }) => !billed.has(`${name}@${version}`))
    .map(({ folder, version }) => `${folder} ${version} is not in the bill of materials that npm run sbom makes.`),
  ...globSync('.github/workflows/*.{yml,yaml}', { cwd: ROOT }).flatMap((file) =>
    unpinnedActions(readFileSync(join(ROOT, file), 'utf8')).map(
      (action) => `${file} uses "${action}": name the full commit, and its version behind "# ".`,
    ),
  ),
];

for (const fault of faults) console.error(fault);
console.log(`${packages.length} packages, ${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;
