import type { RegistryClient } from './registry-client.ts';

/** What a registry says of a package, and of the version that is used. */
export interface PackageState {
  /** The newest version that is meant for everybody; null: there is none. */
  latest: string | null;
  /** Why the package or the version should not be used any more, in the registry's words; null: it may be. */
  deprecated: string | null;
  /** The version was taken back. */
  yanked: boolean;
}

export interface UsedPackage {
  name: string;
  /** Null: it is not known which. */
  version: string | null;
}

/** One ecosystem's registry. */
export interface Registry {
  /** As OSV names it. */
  ecosystem: string;
  /** Of its API, without a slash at its end. */
  url: string;
  /** Null: it does not have the package. Throws `RegistryError`. */
  look(used: UsedPackage, client: RegistryClient): Promise<PackageState | null>;
}

/** For people: one line of plain text, not too long. */
export const plainText = (text: string): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
