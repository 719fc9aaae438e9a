import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';

/** A requirement as in PEP 508: https://packaging.python.org/en/latest/specifications/dependency-specifiers/ */
export interface PythonRequirement {
  /** Normalized name of the required package. */
  name: string;
  /** Version specifier of the requirement without marker and extras, such as `>=2,<3`, or its address; null if any version is allowed. */
  requirement: string | null;
  /** The version of a single `==` specifier, or the commit of a repository; null for other requirements. */
  version: string | null;
  vcs?: string;
}

/** Normalizes names like PyPI and OSV: https://packaging.python.org/en/latest/specifications/name-normalization/ */
export const normalizeName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** Maximum length of a requirement, above that of any real one: it keeps the patterns below from running on megabytes of text. */
const maxLength = 4000;

/** Parses a Python requirement. Returns null if the text is not a requirement, or names a folder or file of the repository. */
export const parsePythonRequirement = (text: string): PythonRequirement | null => {
  if (text.length > maxLength) return null;
  const found = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(text.trim());
  if (found === null) return null;
  const name = normalizeName(found[1] ?? '');
  const rest = found[2] ?? '';
  if (rest.startsWith('@')) return fromAddress(name, (rest.slice(1).split(/\s;|\s#/, 1)[0] ?? '').trim());
  const specifier = (rest.split(';', 1)[0] ?? '').replace(/^\(|\)\s*$/g, '').trim();
  if (specifier !== '' && !/^[=<>!~]/.test(specifier)) return null;
  return { name, requirement: specifier === '' ? null : specifier, version: pinned(specifier) };
};

/** Returns the version of `==1.2.3` or `===1.2.3`; null for `==1.2.*`. */
export const pinned = (specifier: string): string | null => {
  const version = /^={2,3}\s*([^\s,*]+)$/.exec(specifier.trim())?.[1];
  return version ?? null;
};

/**
 * Parses `git+https://host/owner/name.git@ref#egg=name` or the address of an archive. Returns null for a path in the
 * repository.
 */
export const fromAddress = (name: string, url: string): PythonRequirement | null => {
  const [address = ''] = url.split('#', 1);
  if (/^(?:git|hg|svn|bzr)\+/.test(address)) {
    const at = address.lastIndexOf('@');
    // An `@` before the last slash belongs to a user name.
    const hasRef = at > address.lastIndexOf('/');
    const ref = hasRef ? address.slice(at + 1) : '';
    const commit = isCommit(ref) ? ref : null;
    const repository = hasRef ? address.slice(0, at) : address;
    return { name, requirement: withoutCredentials(address), version: commit, vcs: vcsUrl(repository, commit) };
  }
  if (!/^https?:/.test(address)) return null;
  return { name, requirement: withoutCredentials(address), version: null };
};

/** Guesses whether an extra or group is for development from its name, because nothing else says so. */
export const isDevelopmentName = (name: string): boolean =>
  /(?:^|[-_.])(?:dev|devel|develop|development|tests?|testing|lint|linting|docs?|documentation|ci|type|types|typing|mypy|style|format|bench|benchmarks?|coverage|qa|pre-?commit)(?:$|[-_.])/i.test(
    name,
  );
