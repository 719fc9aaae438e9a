import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Root folder of this installation of CommandCenter. */
const COMMANDCENTER = resolve(import.meta.dirname, '../../../..');

/** Path of the Action's folder, which is the same here and in every repository that installs the Action. */
export const ACTION_FOLDER = '.github/actions/commandcenter-analyze';
export const WORKFLOW_FILE = '.github/workflows/pr-analysis.yml';

export interface ActionFiles {
  version: string;
  /** Text of each file by its path relative to the Action's folder. */
  files: ReadonlyMap<string, string>;
  /** Text of a workflow that uses the Action. */
  workflow: string;
  /** Root folder of the repository that the files are copied from. */
  origin: string;
}

/** Reads the files of the Action that GitHub needs to run it: the bundle, but neither its sources nor its dependencies. */
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
