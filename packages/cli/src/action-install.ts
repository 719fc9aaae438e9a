import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ACTION_FOLDER, readActionFiles, WORKFLOW_FILE } from './action-install/action-files.ts';
import { findIgnored, type IgnoredFile } from './action-install/ignored-files.ts';
import { commitStep, nextSteps } from './action-install/next-steps.ts';
import {
  type Installation,
  type PlannedFile,
  planInstallation,
  planWorkflow,
} from './action-install/plan-installation.ts';
import { openTargetRepository } from './action-install/target-repository.ts';
import { writeFiles } from './action-install/write-files.ts';
import { CliError } from './cli-error.ts';
import { printResult, stripControlCharacters } from './output.ts';
import type { Terminal } from './terminal.ts';

interface InstallOptions {
  workflow: boolean;
  force: boolean;
}

interface Installed extends Installation {
  version: string;
  /** The planned workflow file; null if none was requested. */
  workflow: PlannedFile | null;
  /** The text of the sample workflow, which the next steps show if none is written. */
  workflowText: string;
  ignored: IgnoredFile[] | string;
}

export function addAction(program: Command, terminal: Terminal): void {
  program
    .command('action')
    .description('manage the GitHub Action in your repositories')
    .command('install')
    .description(`install or update the Action in a repository, so that \`uses: ./${ACTION_FOLDER}\` works there`)
    .argument('<repository folder>', 'root folder of a clone')
    .option('--workflow', `also write ${WORKFLOW_FILE}, unless it exists`, false)
    .option('--force', 'overwrite files of the Action that were changed by hand', false)
    .action(async (folder: string, options: InstallOptions, command: Command) => {
      const installed = await install(folder, options);
      const folderToChangeTo = (await isCurrentFolder(folder)) ? null : folder;
      printResult(command, terminal, toJson(installed), () => describe(installed, folderToChangeTo));
    });
}

async function install(folder: string, { workflow, force }: InstallOptions): Promise<Installed> {
  try {
    const root = await openTargetRepository(folder);
    const action = await readActionFiles();
    if ((await realpath(action.origin)) === root) {
      throw new CliError(
        'action.own_repository',
        2,
        stripControlCharacters(
          `${folder} is CommandCenter itself. Give the folder of the repository that should use the Action.`,
        ),
      );
    }
    const installation = await planInstallation(root, action);
    if (installation.changedByHand.length > 0 && !force) throw changedByHand(installation.changedByHand);
    const planned = workflow ? await planWorkflow(root, action.workflow) : null;
    await writeFiles(root, [...installation.files, ...(planned === null ? [] : [planned])]);
    const remaining = [...installation.files, ...(planned === null ? [] : [planned])].filter(
      ({ text }) => text !== null,
    );
    return {
      ...installation,
      version: action.version,
      workflow: planned,
      workflowText: action.workflow,
      ignored: await findIgnored(
        root,
        remaining.map(({ path }) => path),
      ),
    };
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new CliError(
        'action.not_written',
        2,
        stripControlCharacters(`The Action was not installed: ${error.message}.`),
        error,
      );
    }
    throw error;
  }
}

const changedByHand = (paths: string[]): CliError =>
  new CliError(
    'action.changed_by_hand',
    2,
    stripControlCharacters(
      `Nothing was written, because ${paths.length === 1 ? 'this file was' : 'these files were'} changed by hand: ${paths.join(', ')}. Move your changes elsewhere, or overwrite them with --force.`,
    ),
  );

async function isCurrentFolder(folder: string): Promise<boolean> {
  return (await realpath(resolve(folder))) === (await realpath('.'));
}

const toJson = ({ state, version, previousVersion, files, workflow, ignored }: Installed) => ({
  state,
  version,
  previous_version: previousVersion,
  folder: ACTION_FOLDER,
  files: files.map(({ path, action }) => ({ path, action })),
  workflow: workflow === null ? null : { path: workflow.path, action: workflow.action },
  ...(typeof ignored === 'string' ? { ignored: null, ignored_unknown: ignored } : { ignored }),
});

function describe(installed: Installed, folder: string | null): string {
  const { state, version, previousVersion, files, workflow, workflowText, ignored } = installed;
  const from =
    previousVersion === null || previousVersion === version ? '' : ` from ${stripControlCharacters(previousVersion)}`;
  const heading = {
    installed: `Installed the CommandCenter Action ${version}:`,
    updated: `Updated the CommandCenter Action${from} to ${version}:`,
    unchanged: `The CommandCenter Action ${version} is up to date.`,
  }[state];
  const changed = [...files, ...(workflow === null ? [] : [workflow])].filter(({ action }) => action !== 'unchanged');
  const parts = [[heading, ...changed.map(({ path, action }) => `  ${action}  ${path}`)].join('\n')];
  if (workflow?.action === 'unchanged') parts.push(`${workflow.path} already exists and was not changed.`);
  if (state === 'installed') {
    parts.push(nextSteps({ folder, workflow: workflow ?? { text: workflowText }, ignored }));
  } else if (changed.length > 0 || (typeof ignored !== 'string' && ignored.length > 0)) {
    const paths = [ACTION_FOLDER, ...(workflow?.action === 'created' ? [WORKFLOW_FILE] : [])];
    const message = `Update the CommandCenter Action to ${version}`;
    parts.push(commitStep({ folder, paths, message, ignored }).join('\n'));
  }
  return parts.join('\n\n');
}
