import { INSTALL_SCRIPTS } from './install-scripts.ts';

/** What is used of `package-lock.json`: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#packages */
export interface Lockfile {
  lockfileVersion: number;
  packages: Readonly<Record<string, LockfileEntry>>;
}

export interface LockfileEntry {
  /** Only where it differs from that of the folder. */
  name?: string;
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}

/** A package that is downloaded. */
export interface LockedPackage {
  /** Where it is installed, from the root of the repository. */
  folder: string;
  name: string;
  version: string;
  license: string | undefined;
  hasInstallScript: boolean;
}

const REGISTRY = 'https://registry.npmjs.org/';
const MODULES = 'node_modules/';
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** The packages of the lockfile that are not ours. */
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
 * What npm would install without a check of its content, from elsewhere than the registry, or with a script that nobody has looked at.
 * Without `resolved` npm asks the registry that it is configured for.
 */
export function lockfileFaults(lockfile: Lockfile): string[] {
  const { packages, lockfileVersion } = lockfile;
  const faults = lockfileVersion === 3 ? [] : [`package-lock.json has version ${lockfileVersion}, not 3.`];
  for (const [folder, { link, resolved = '' }] of Object.entries(packages)) {
    if (link === true && (packages[resolved] === undefined || resolved.includes(MODULES))) {
      faults.push(`${folder} links to "${resolved}", which is no workspace.`);
    }
  }
  for (const [folder, entry] of downloaded(packages)) {
    const { resolved, version = '', integrity = '' } = entry;
    const name = nameOf(folder, entry);
    const address = `${REGISTRY}${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
    if (!/^\d+\.\d+\.\d+/.test(version)) faults.push(`${folder} has no version.`);
    if (resolved !== undefined && resolved !== address)
      faults.push(`${folder} comes from ${resolved}, not ${address}.`);
    if (!SHA512.test(integrity)) faults.push(`${folder} has no sha512 integrity.`);
  }
  return [...faults, ...scriptFaults(lockedPackages(lockfile))];
}

function scriptFaults(packages: readonly LockedPackage[]): string[] {
  const withScript = new Set(packages.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name));
  const listed = Object.keys(INSTALL_SCRIPTS);
  return [
    ...[...withScript]
      .filter((name) => !listed.includes(name))
      .map(
        (name) =>
          `${name} runs a script when it is installed. Read it, and list it with its reason in install-scripts.ts.`,
      ),
    ...listed
      .filter((name) => !withScript.has(name))
      .map((name) => `${name} runs no script when it is installed. Remove it from install-scripts.ts.`),
  ];
}

const downloaded = (packages: Lockfile['packages']): [string, LockfileEntry][] =>
  Object.entries(packages).filter(([folder, { link }]) => folder.includes(MODULES) && link !== true);

const nameOf = (folder: string, { name }: LockfileEntry): string => name ?? folder.split(MODULES).at(-1) ?? '';
