import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WORKFLOW_FILE } from './action-files.ts';
import type { PlannedFile } from './plan-installation.ts';
import { assertOwnPath } from './target-repository.ts';

/** The workflow, unless there is one of its name. Throws `CliError` where the way to it is not free. */
export async function planWorkflow(root: string, text: string): Promise<PlannedFile> {
  for (const path of [WORKFLOW_FILE, WORKFLOW_FILE.replace(/yml$/, 'yaml')]) {
    await assertOwnPath(root, path);
    const isThere = (await stat(join(root, path)).catch(() => undefined)) !== undefined;
    if (isThere) return { path, action: 'unchanged', text };
  }
  return { path: WORKFLOW_FILE, action: 'created', text };
}
