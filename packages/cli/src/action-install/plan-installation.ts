import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ACTION_FOLDER, type ActionFiles, WORKFLOW_FILE } from './action-files.ts';
import { fingerprintOf, type InstallRecord, RECORD_FILE, readRecord, writeRecord } from './install-record.ts';
import { assertWritablePath } from './target-repository.ts';

export interface PlannedFile {
  /** Path of the file, relative to the root of the repository. */
  path: string;
  action: 'created' | 'updated' | 'unchanged' | 'removed';
  /** New content of the file; null if the file is to be removed. */
  text: string | null;
}

export interface Installation {
  state: 'installed' | 'updated' | 'unchanged';
  /** Version that was installed before; null if there was none or it is unknown. */
  previousVersion: string | null;
  files: PlannedFile[];
  /** Paths of existing files whose content no version of CommandCenter wrote. The list `files` contains them too. */
  changedByHand: string[];
}

/**
 * Compares the files of the Action with those in the repository and returns the changes to make. Writes nothing. Throws `CliError` if
 * something other than a file is in the way.
 */
export async function planInstallation(root: string, { version, files }: ActionFiles): Promise<Installation> {
  const recordText = await readInstalledFile(root, RECORD_FILE);
  const record = recordText === null ? null : readRecord(recordText);
  const planned: PlannedFile[] = [];
  const changedByHand: string[] = [];
  let existingFiles = 0;

  const planFile = async (name: string, text: string | null): Promise<void> => {
    const path = `${ACTION_FOLDER}/${name}`;
    const before = await readInstalledFile(root, name);
    if (before === null) {
      if (text !== null) planned.push({ path, action: 'created', text });
      return;
    }
    existingFiles += 1;
    if (text !== null && fingerprintOf(before) === fingerprintOf(text)) {
      planned.push({ path, action: 'unchanged', text });
      return;
    }
    if (!isUnchangedByHand(name, before, record)) changedByHand.push(path);
    planned.push({ path, action: text === null ? 'removed' : 'updated', text });
  };
  for (const [name, text] of files) await planFile(name, text);
  for (const name of record?.files.keys() ?? []) if (!files.has(name)) await planFile(name, null);
  // The record comes last, so that it is written only after every file that it names.
  await planFile(RECORD_FILE, writeRecord(version, files));

  const isUnchanged = planned.every(({ action }) => action === 'unchanged');
  return {
    state: existingFiles === 0 ? 'installed' : isUnchanged ? 'unchanged' : 'updated',
    previousVersion: record?.version ?? null,
    files: planned,
    changedByHand,
  };
}

function isUnchangedByHand(name: string, text: string, record: InstallRecord | null): boolean {
  if (name === RECORD_FILE) return record !== null;
  return record?.files.get(name) === fingerprintOf(text);
}

async function readInstalledFile(root: string, name: string): Promise<string | null> {
  const path = `${ACTION_FOLDER}/${name}`;
  await assertWritablePath(root, path);
  try {
    return await readFile(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Plans to create the workflow. A workflow of the same name stays unchanged. Throws `CliError` if something other than a file is in the
 * way.
 */
export async function planWorkflow(root: string, text: string): Promise<PlannedFile> {
  for (const path of [WORKFLOW_FILE, WORKFLOW_FILE.replace(/yml$/, 'yaml')]) {
    await assertWritablePath(root, path);
    // The write that follows reports a path that cannot be looked at.
    const exists = (await stat(join(root, path)).catch(() => undefined)) !== undefined;
    if (exists) return { path, action: 'unchanged', text };
  }
  return { path: WORKFLOW_FILE, action: 'created', text };
}
