import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACTION_FOLDER, type ActionFiles } from './action-files.ts';
import { fingerprintOf, type InstallRecord, RECORD_FILE, readRecord, writeRecord } from './install-record.ts';
import { assertOwnPath } from './target-repository.ts';

export interface PlannedFile {
  /** Relative to the repository. */
  path: string;
  action: 'created' | 'updated' | 'unchanged' | 'removed';
  /** What it is to hold; null: it is removed. */
  text: string | null;
}

export interface Installation {
  state: 'installed' | 'updated' | 'unchanged';
  /** Of what was there; null: nothing, or nobody knows. */
  previousVersion: string | null;
  files: PlannedFile[];
  /** Files that are there and that no version of ours has written so. They are among `files`. */
  changedByHand: string[];
}

/** What it takes to have this Action in the repository. Writes nothing; throws `CliError` where the way to a file is not free. */
export async function planInstallation(root: string, { version, files }: ActionFiles): Promise<Installation> {
  const recordText = await readPresent(root, RECORD_FILE);
  const record = recordText === null ? null : readRecord(recordText);
  const planned: PlannedFile[] = [];
  const changedByHand: string[] = [];
  let present = 0;

  const plan = async (name: string, text: string | null): Promise<void> => {
    const path = `${ACTION_FOLDER}/${name}`;
    const before = await readPresent(root, name);
    if (before === null) {
      if (text !== null) planned.push({ path, action: 'created', text });
      return;
    }
    present += 1;
    if (text !== null && fingerprintOf(before) === fingerprintOf(text)) {
      planned.push({ path, action: 'unchanged', text });
      return;
    }
    if (!isOurs(name, before, record)) changedByHand.push(path);
    planned.push({ path, action: text === null ? 'removed' : 'updated', text });
  };
  for (const [name, text] of files) await plan(name, text);
  for (const name of record?.files.keys() ?? []) if (!files.has(name)) await plan(name, null);
  // Last: what it says is true when all else is done.
  await plan(RECORD_FILE, writeRecord(version, files));

  const isUnchanged = planned.every(({ action }) => action === 'unchanged');
  return {
    state: present === 0 ? 'installed' : isUnchanged ? 'unchanged' : 'updated',
    previousVersion: record?.version ?? null,
    files: planned,
    changedByHand,
  };
}

function isOurs(name: string, text: string, record: InstallRecord | null): boolean {
  if (name === RECORD_FILE) return record !== null;
  return record?.files.get(name) === fingerprintOf(text);
}

async function readPresent(root: string, name: string): Promise<string | null> {
  const path = `${ACTION_FOLDER}/${name}`;
  await assertOwnPath(root, path);
  try {
    return await readFile(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
