import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';

/** One requirement in the words of PEP 508: https://packaging.python.org/en/latest/specifications/dependency-specifiers/ */
export interface PythonRequirement {
  /** Normalised. */
  name: string;
  /** The specifier without marker and extras: `>=2,<3`; the address of one that has one; null where anything will do. */
  requirement: string | null;
  /** Pinned by `==` alone, or the commit of a repository. */
  version: string | null;
  vcs?: string;
}

/** As PyPI and OSV write names: https://packaging.python.org/en/latest/specifications/name-normalization/ */
export const normalizeName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** Longer than any: it keeps what follows from looking at texts of megabytes. */
const longest = 4000;

/** Null: no requirement, or a folder or file of the repository. */
export const parsePythonRequirement = (text: string): PythonRequirement | null => {
  if (text.length > longest) return null;
  const found = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(text.trim());
  if (found === null) return null;
  const name = normalizeName(found[1] ?? '');
  const rest = found[2] ?? '';
  if (rest.startsWith('@')) return fromAddress(name, (rest.slice(1).split(/\s;|\s#/, 1)[0] ?? '').trim());
  const specifier = (rest.split(';', 1)[0] ?? '').replace(/^\(|\)\s*$/g, '').trim();
  if (specifier !== '' && !/^[=<>!~]/.test(specifier)) return null;
  return { name, requirement: specifier === '' ? null : specifier, version: pinned(specifier) };
};

/** The version of `==1.2.3` or `===1.2.3`; not of `==1.2.*`. */
export const pinned = (specifier: string): string | null => {
  const version = /^={2,3}\s*([^\s,*]+)$/.exec(specifier.trim())?.[1];
  return version ?? null;
};

/** Of `git+https://host/owner/name.git@ref#egg=name`, or an archive's address. Null: in the repository itself. */
export const fromAddress = (name: string, url: string): PythonRequirement | null => {
  const [address = ''] = url.split('#', 1);
  if (/^(?:git|hg|svn|bzr)\+/.test(address)) {
    const at = address.lastIndexOf('@');
    // An `@` before the last slash is that of a user.
    const hasRef = at > address.lastIndexOf('/');
    const ref = hasRef ? address.slice(at + 1) : '';
    const commit = isCommit(ref) ? ref : null;
    const repository = hasRef ? address.slice(0, at) : address;
    return { name, requirement: withoutCredentials(address), version: commit, vcs: vcsUrl(repository, commit) };
  }
  if (!/^https?:/.test(address)) return null;
  return { name, requirement: withoutCredentials(address), version: null };
};

/** What an extra or a group of dependencies is for, which nothing but its name tells. */
export const isDevelopmentName = (name: string): boolean =>
  /(?:^|[-_.])(?:dev|devel|develop|development|tests?|testing|lint|linting|docs?|documentation|ci|type|types|typing|mypy|style|format|bench|benchmarks?|coverage|qa|pre-?commit)(?:$|[-_.])/i.test(
    name,
  );
