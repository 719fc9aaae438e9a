/**
 * How git sees the world when it works for an analysis: nothing of this machine's user, and nothing that a repository's own
 * configuration asks to be run or fetched. A repository on disk has a `.git/config` that its author may have written.
 *
 * `safe.directory` is not needed: git checks who owns a repository only where it searches for one, and it is always told
 * (`--git-dir`). From the command line git heeds that setting only since 2.38.
 */
export interface GitWorld {
  /** What git may fetch with; default: nothing, so that it cannot be made to (a partial clone fetches what it misses). */
  protocols?: readonly string[];
  environment?: Record<string, string>;
}

/** Settings of ours go before those of the repository. Each names one that runs a program, leads outside, or does more than asked. */
const overrides: readonly [setting: string, value: string][] = [
  // Empty is off for every git: before 2.36 the value was a program, whatever it was.
  ['core.fsmonitor', ''],
  ['core.hooksPath', '/dev/null'],
  ['core.askPass', ''],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.alternateRefsCommand', 'false'],
  ['core.pager', 'cat'],
  ['core.editor', 'false'],
  ['credential.helper', ''],
  ['gpg.program', 'false'],
  ['log.showSignature', 'false'],
  ['uploadpack.packObjectsHook', ''],
  ['protocol.ext.allow', 'never'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['transfer.bundleURI', 'false'],
  // Its checks refuse old and harmless repositories; what they guard is a checkout, and there is none.
  ['transfer.fsckObjects', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // Larger blobs are passed on in pieces instead of being taken into memory.
  ['core.bigFileThreshold', '16m'],
];

export const gitSettings: readonly string[] = overrides.flatMap(([setting, value]) => ['-c', `${setting}=${value}`]);

export function gitEnvironment({ protocols = [], environment = {} }: GitWorld): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    // No folder: no .gitconfig, no .netrc, no attributes of a user.
    HOME: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_NO_LAZY_FETCH: '1',
    // What a commit is named by is what is read: no object is another one's stand-in.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // Empty: no program is asked, neither this one nor SSH_ASKPASS.
    GIT_ASKPASS: '',
    GIT_SSH_COMMAND: 'false',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'false',
    GIT_LFS_SKIP_SMUDGE: '1',
    LC_ALL: 'C',
    ...environment,
  };
}
