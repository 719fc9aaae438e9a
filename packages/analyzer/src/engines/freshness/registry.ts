import type { RegistryClient } from './registry-client.ts';

/** State of a package in its registry, and of the version in use. */
export interface PackageState {
  /** The newest stable version of the package; null if it has none. */
  latest: string | null;
  /** The registry's reason why the package or version should no longer be used; null if it is not deprecated. */
  deprecated: string | null;
  /** True if the version in use was withdrawn from the registry. */
  yanked: boolean;
}

export interface UsedPackage {
  name: string;
  /** Version of the package that the repository uses; null if it is unknown. */
  version: string | null;
}

/** The registry of one ecosystem. */
export interface Registry {
  /** OSV's name of the registry's ecosystem. */
  ecosystem: string;
  /** Base URL of the registry's API, without a trailing slash. */
  url: string;
  /** Looks a package up; returns null if the registry does not have it. Throws `RegistryError`. */
  lookUp(used: UsedPackage, client: RegistryClient): Promise<PackageState | null>;
}

/** Shortens a text to one line of at most 200 characters without control characters. */
export const shortLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
