import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSbom } from './sbom.ts';
import { licenseProblems } from './supply-chain/licenses.ts';
import { allowedScriptProblems, type Lockfile, lockedPackages, lockfileProblems } from './supply-chain/lockfile.ts';
import { unpinnedActions } from './supply-chain/pinned-actions.ts';

/**
 * Checks third-party code. Every package of the lockfile must have an integrity, come from the registry, have an allowed license, run no
 * install script that is not listed, and be in the bill of materials. Every action in a workflow must be pinned to a commit.
 */
const ROOT = resolve(import.meta.dirname, '..');
const lockfile = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lockfile;
const packages = lockedPackages(lockfile);
const { allowScripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { allowScripts: object };

const { components } = createSbom();
const listed = new Set(
  components.map(({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name}@${version}`),
);
const problems = [
  ...lockfileProblems(lockfile),
  ...allowedScriptProblems({ ...allowScripts }),
  ...licenseProblems(ROOT, packages),
  ...packages
    .filter(({ name, version }) => !listed.has(`${name}@${version}`))
    .map(({ folder, version }) => `${folder} ${version} is missing in the bill of materials of npm run sbom.`),
  ...globSync('.github/workflows/*.{yml,yaml}', { cwd: ROOT }).flatMap((file) =>
    unpinnedActions(readFileSync(join(ROOT, file), 'utf8')).map(
      (action) => `${file} uses "${action}": use the full commit, followed by "# " and the version.`,
    ),
  ),
];

for (const problem of problems) console.error(problem);
console.log(`${packages.length} packages, ${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;
