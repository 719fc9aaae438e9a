import { isCommit, vcsUrl } from '../repository-url.ts';

/** A parsed requirement of a package.json: https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies */
export interface NpmTarget {
  /** Name of the required package in its registry, also if the project uses an alias. */
  name: string;
  /** Required range of versions, without an alias. */
  range: string;
  /** Version or commit to which the requirement is pinned; null for ranges. */
  version: string | null;
  vcs?: string;
}

const exact = /^[=v]{0,2}(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)$/;

/** Parses a requirement; returns null for a file or a package of the repository itself. */
export const parseNpmRequirement = (name: string, requirement: string): NpmTarget | null => {
  const requested = requirement.trim();
  if (/^(?:file|link|portal|workspace|exec):|^(?:\.{1,2}|~)?\//.test(requested)) return null;
  if (requested.startsWith('npm:')) {
    const { name: real, rest } = splitDescriptor(requested.slice(4));
    // Yarn writes `npm:^1.0.0` for an ordinary range.
    return /^[\d^~<>=*vx]/.test(real) ? target(name, real) : target(real, rest ?? '*');
  }
  if (isRepository(requested)) return repositoryTarget(name, requested);
  if (/^https?:/.test(requested)) return { name, range: requested, version: null };
  return target(name, requested);
};

const target = (name: string, range: string): NpmTarget => ({ name, range, version: exact.exec(range)?.[1] ?? null });

/** Splits `name@rest`, where the name may have a scope. */
export const splitDescriptor = (descriptor: string): { name: string; rest: string | null } => {
  const at = descriptor.indexOf('@', 1);
  return at < 0 ? { name: descriptor, rest: null } : { name: descriptor.slice(0, at), rest: descriptor.slice(at + 1) };
};

const hosts: Record<string, string> = { github: 'github.com', gitlab: 'gitlab.com', bitbucket: 'bitbucket.org' };

export const isRepository = (requested: string): boolean =>
  /^(?:git\+|git:|git@|ssh:|github:|gitlab:|bitbucket:|gist:)/.test(requested) ||
  /^https?:\/\/[^#]*\.git(?:#|$)/.test(requested) ||
  /^[\w-][\w.-]*\/[\w.-]+(?:#|$)/.test(requested);

/** Parses `git+https://…#commit`, `github:owner/name#ref` and `owner/name`. */
export const repositoryTarget = (name: string, requested: string): NpmTarget => {
  const hash = requested.indexOf('#');
  const address = hash < 0 ? requested : requested.slice(0, hash);
  // pnpm and Yarn append `path:` and other settings after an ampersand.
  const ref =
    hash < 0
      ? ''
      : (requested
          .slice(hash + 1)
          .replace(/^commit[=:]/, '')
          .split('&', 1)[0] ?? '');
  const commit = isCommit(ref) ? ref : null;
  const short = /^(?:(github|gitlab|bitbucket):)?([\w.-]+\/[\w.-]+)$/.exec(address);
  const url =
    short === null ? address : `https://${hosts[short[1] ?? 'github']}/${short[2]?.replace(/\.git$/, '')}.git`;
  return { name, range: requested, version: commit, vcs: vcsUrl(url, commit) };
};

/**
 * Parses `https://codeload.github.com/owner/name/tar.gz/<commit>`, as lockfiles write GitHub repositories; returns null
 * for other addresses.
 */
export const archiveTarget = (name: string, url: string): NpmTarget | null => {
  const found = /^https:\/\/codeload\.github\.com\/([\w.-]+)\/([\w.-]+)\/tar\.gz\/([0-9a-f]{40})/.exec(url);
  if (found === null) return null;
  const [, owner, repository, commit = ''] = found;
  return {
    name,
    range: url,
    version: commit,
    vcs: vcsUrl(`https://github.com/${owner}/${repository}.git`, commit),
  };
};
