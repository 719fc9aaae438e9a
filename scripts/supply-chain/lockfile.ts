import { INSTALL_SCRIPTS } from './install-scripts.ts';

/** The fields that we use of `package-lock.json`: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#packages */
export interface Lockfile {
  lockfileVersion: number;
  packages: Readonly<Record<string, LockfileEntry>>;
}

export interface LockfileEntry {
  /** Name of the package; present only if it differs from the name of its folder. */
  name?: string;
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}

/** A package that npm downloads. */
export interface LockedPackage {
  /** Folder in which the package is installed, relative to the root of the repository. */
  folder: string;
  name: string;
  version: string;
  license: string | undefined;
  hasInstallScript: boolean;
}

const REGISTRY = 'https://registry.npmjs.org/';
const MODULES = 'node_modules/';
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** Returns the third-party packages of the lockfile. */
export function lockedPackages({ packages }: Lockfile): LockedPackage[] {
  return downloaded(packages).map(([folder, entry]) => ({
    folder,
    name: nameOf(folder, entry),
    version: entry.version ?? '',
    license: entry.license,
    hasInstallScript: entry.hasInstallScript === true,
  }));
}

/**
 * Returns a problem for each package that npm would install without an integrity check, from outside the registry, or with an unknown
 * script. A package without `resolved` comes from the configured registry.
 */
export function lockfileProblems(lockfile: Lockfile): string[] {
  const { packages, lockfileVersion } = lockfile;
  const problems = lockfileVersion === 3 ? [] : [`package-lock.json has version ${lockfileVersion}, not 3.`];
  for (const [folder, { link, resolved = '' }] of Object.entries(packages)) {
    if (link === true && (packages[resolved] === undefined || resolved.includes(MODULES))) {
      problems.push(`${folder} links to "${resolved}", which is not a workspace.`);
    }
  }
  for (const [folder, entry] of downloaded(packages)) {
    const { resolved, version = '', integrity = '' } = entry;
    const name = nameOf(folder, entry);
    const address = `${REGISTRY}${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
    if (!/^\d+\.\d+\.\d+/.test(version)) problems.push(`${folder} has no version.`);
    if (resolved !== undefined && resolved !== address)
      problems.push(`${folder} comes from ${resolved}, not ${address}.`);
    if (!SHA512.test(integrity)) problems.push(`${folder} has no sha512 integrity.`);
  }
  return [...problems, ...scriptProblems(lockedPackages(lockfile))];
}

/** Returns a problem for each difference between the listed install scripts and `allowScripts` of package.json, which npm reads. */
export function allowedScriptProblems(allowScripts: Readonly<Record<string, unknown>>): string[] {
  const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name] === true);
  const listed = Object.keys(INSTALL_SCRIPTS);
  return [
    ...listed
      .filter((name) => !allowed.includes(name))
      .map(
        (name) =>
          `${name} is in install-scripts.ts. Allow it in allowScripts of package.json, so that npm runs its script.`,
      ),
    ...Object.keys(allowScripts)
      .filter((name) => !listed.includes(name))
      .map((name) => `${name} is in allowScripts of package.json, but not in install-scripts.ts.`),
  ];
}

function scriptProblems(packages: readonly LockedPackage[]): string[] {
  const withScript = new Set(packages.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name));
  const listed = Object.keys(INSTALL_SCRIPTS);
  return [
    ...[...withScript]
      .filter((name) => !listed.includes(name))
      .map((name) => `${name} runs an install script. Read it, and add it with a reason to install-scripts.ts.`),
    ...listed
      .filter((name) => !withScript.has(name))
      .map((name) => `${name} runs no install script. Remove it from install-scripts.ts.`),
  ];
}

const downloaded = (packages: Lockfile['packages']): [string, LockfileEntry][] =>
  Object.entries(packages).filter(([folder, { link }]) => folder.includes(MODULES) && link !== true);

const nameOf = (folder: string, { name }: LockfileEntry): string => name ?? folder.split(MODULES).at(-1) ?? '';
