/**
 * Options of git's environment. git ignores the configuration of this machine's user, and it neither runs nor fetches
 * anything that a repository's `.git/config` names, because an attacker may have written that file.
 * `safe.directory` is not set: git checks the owner of a repository only if it searches for one, but we always pass
 * `--git-dir`. Besides, git accepts this setting from the command line only since 2.38.
 */
export interface GitEnvironmentOptions {
  /** Protocols that git may use; none by default, so that a partial clone cannot fetch missing objects. */
  protocols?: readonly string[];
  environment?: Record<string, string>;
}

/**
 * Settings that override those of the repository. Each of them would otherwise run a program, access the network, or do
 * unwanted work.
 */
const overrides: readonly [setting: string, value: string][] = [
  // An empty value turns `core.fsmonitor` off in every version of git: before git 2.36 any other value was a program.
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
  // Switch off git's checks of fetched objects: they reject old and harmless repositories, and they protect checkouts only, which are not
  // made here.
  ['transfer.fsckObjects', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // Blobs above this size are streamed instead of being loaded into memory.
  ['core.bigFileThreshold', '16m'],
];

export const gitSettings: readonly string[] = overrides.flatMap(([setting, value]) => ['-c', `${setting}=${value}`]);

export function gitEnvironment({ protocols = [], environment = {} }: GitEnvironmentOptions): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    // HOME is not a folder, so that git finds no .gitconfig, .netrc or attributes file of a user.
    HOME: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_NO_LAZY_FETCH: '1',
    // Make git read the named objects themselves, without replacements (`git replace`).
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // An empty GIT_ASKPASS keeps git from running any program that asks for a password, also SSH_ASKPASS.
    GIT_ASKPASS: '',
    GIT_SSH_COMMAND: 'false',
    GIT_PAGER: 'cat',
    GIT_EDITOR: 'false',
    GIT_LFS_SKIP_SMUDGE: '1',
    LC_ALL: 'C',
    ...environment,
  };
}
