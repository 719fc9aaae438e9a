import type { RegistryClient } from './registry-client.ts';

/** State of a package in its registry, and of the version in use. */
export interface PackageState {
  /** The newest stable version; null if there is none. */
  latest: string | null;
  /** The registry's reason why the package or version should no longer be used; null if it is not deprecated. */
  deprecated: string | null;
  /** True if the version was withdrawn. */
  yanked: boolean;
}

export interface UsedPackage {
  name: string;
  /** Null if the version is unknown. */
  version: string | null;
}

/** The registry of one ecosystem. */
export interface Registry {
  /** OSV's name of the ecosystem. */
  ecosystem: string;
  /** Base URL of its API, without a trailing slash. */
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
