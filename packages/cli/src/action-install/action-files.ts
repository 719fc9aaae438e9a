import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Of this installation of CommandCenter. */
const COMMANDCENTER = resolve(import.meta.dirname, '../../../..');

/** Where the Action is, here and in every repository that has it. */
export const ACTION_FOLDER = '.github/actions/commandcenter-analyze';
export const WORKFLOW_FILE = '.github/workflows/pr-analysis.yml';

export interface ActionFiles {
  version: string;
  /** By path, relative to the Action's folder. */
  files: ReadonlyMap<string, string>;
  /** A workflow that uses it. */
  workflow: string;
  /** Folder of the repository that it is copied from. */
  origin: string;
}

/** The Action as GitHub needs it: not its sources, nothing to be installed. */
export async function readActionFiles(): Promise<ActionFiles> {
  const folder = join(COMMANDCENTER, ACTION_FOLDER);
  const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');
  const built = (await readdir(join(folder, 'dist'))).sort().map((name) => `dist/${name}`);
  const files = new Map<string, string>();
  for (const path of ['.gitattributes', 'README.md', 'action.yml', ...built]) files.set(path, await read(path));
  files.set('LICENSE', await readFile(join(COMMANDCENTER, 'LICENSE'), 'utf8'));
  const { version } = JSON.parse(await read('package.json')) as { version: string };
  return {
    version,
    files,
    workflow: await readFile(join(COMMANDCENTER, 'examples/workflows/pr-analysis.yml'), 'utf8'),
    origin: COMMANDCENTER,
  };
}
