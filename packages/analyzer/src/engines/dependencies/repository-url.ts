/** Returns true for a full git commit hash: SHA-1 or SHA-256. */
export const isCommit = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text);

/** Removes user, password or token from an address, but keeps `git@`. */
export const withoutCredentials = (url: string): string => url.replace(/:\/\/(?!git@)[^/@\s]*@/, '://');

/** Builds the `vcs_url` qualifier of a package URL: https://github.com/package-url/purl-spec */
export const vcsUrl = (url: string, commit: string | null): string => {
  const address = withoutCredentials(url.startsWith('git+') || url.startsWith('git:') ? url : `git+${url}`);
  return commit === null ? address : `${address}@${commit}`;
};
