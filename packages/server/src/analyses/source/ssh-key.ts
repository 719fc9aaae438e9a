import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AnalysisError } from '@commandcenter/analyzer';
import type { Logger } from '../../logging.ts';

/** Returns the paths of a project's ssh key and of the host keys that it trusts. An administrator creates these files. */
export const sshFilesOf = (folder: string, projectId: number): { keyFile: string; knownHostsFile: string } => ({
  keyFile: join(folder, String(projectId), 'id'),
  knownHostsFile: join(folder, String(projectId), 'known_hosts'),
});

/** Returns true when there is still an ssh key for all projects, which earlier versions used. */
const hasSharedKey = (folder: string): boolean => existsSync(join(folder, 'id'));

/** Throws `AnalysisError` `source.auth` when the source is fetched by ssh and the project has no ssh key. */
export function requireSshKey(folder: string, projectId: number, url: string): void {
  if (/^https?:/i.test(url) || existsSync(sshFilesOf(folder, projectId).keyFile)) return;
  const place = `DATA_DIR/ssh/${projectId}`;
  const shared = hasSharedKey(folder)
    ? ` DATA_DIR/ssh/id belongs to no project and is not used: if it is meant for this project, move it there, with known_hosts.`
    : '';
  throw new AnalysisError('source.auth', `Project ${projectId} has no ssh key, which ${url} is fetched with.`, {
    hint: `Put a key without a passphrase that may read the repository, a deploy key for example, into ${place}/id (mode 0600), and the host keys into ${place}/known_hosts.${shared}`,
  });
}

export function warnOfSharedKey(folder: string, log: Logger): void {
  if (!hasSharedKey(folder)) return;
  log.warn(
    { folder },
    'the ssh key DATA_DIR/ssh/id is not used: move it to DATA_DIR/ssh/<project id>/id, with known_hosts, for each project it is meant for',
  );
}
