import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ACTION_FOLDER, readActionFiles, WORKFLOW_FILE } from './action-install/action-files.ts';
import { findIgnored, type IgnoredFile } from './action-install/ignored-files.ts';
import { commitStep, nextSteps } from './action-install/next-steps.ts';
import { type Installation, type PlannedFile, planInstallation } from './action-install/plan-installation.ts';
import { planWorkflow } from './action-install/plan-workflow.ts';
import { openTargetRepository } from './action-install/target-repository.ts';
import { writeFiles } from './action-install/write-files.ts';
import { CliError } from './cli-error.ts';
import type { Terminal } from './command-line.ts';
import { clean, printResult } from './output.ts';

interface InstallOptions {
  workflow: boolean;
  force: boolean;
}

interface Installed extends Installation {
  version: string;
  /** Null: none was asked for. */
  workflow: PlannedFile | null;
  /** What a person would write into it. */
  workflowText: string;
  ignored: IgnoredFile[] | string;
}

export function addAction(program: Command, terminal: Terminal): void {
  program
    .command('action')
    .description('look after the GitHub Action in your repositories')
    .command('install')
    .description(
      `copy the Action into a repository, or bring it up to date: \`uses: ./${ACTION_FOLDER}\` then works there`,
    )
    .argument('<repository folder>', 'root of a clone')
    .option('--workflow', `also write ${WORKFLOW_FILE}, unless it is there`, false)
    .option('--force', 'write over files of the Action that were changed by hand', false)
    .action(async (folder: string, options: InstallOptions, command: Command) => {
      const installed = await install(folder, options);
      const typed = (await isHere(folder)) ? null : folder;
      printResult(command, terminal, toJson(installed), () => describe(installed, typed));
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
        clean(
          `${folder} is CommandCenter itself, where the Action comes from. Name the repository that is to have it.`,
        ),
      );
    }
    const installation = await planInstallation(root, action);
    if (installation.changedByHand.length > 0 && !force) throw changedByHand(installation.changedByHand);
    const planned = workflow ? await planWorkflow(root, action.workflow) : null;
    await writeFiles(root, [...installation.files, ...(planned === null ? [] : [planned])]);
    const present = [...installation.files, ...(planned === null ? [] : [planned])].filter(({ text }) => text !== null);
    return {
      ...installation,
      version: action.version,
      workflow: planned,
      workflowText: action.workflow,
      ignored: await findIgnored(
        root,
        present.map(({ path }) => path),
      ),
    };
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new CliError('action.not_written', 2, clean(`The Action is not installed: ${error.message}.`), error);
    }
    throw error;
  }
}

const changedByHand = (paths: string[]): CliError =>
  new CliError(
    'action.changed_by_hand',
    2,
    clean(
      `Nothing was written: ${paths.join(', ')} ${paths.length === 1 ? 'is not as' : 'are not as'} any \`action install\` wrote ${paths.length === 1 ? 'it' : 'them'}. Move what is yours elsewhere, or let --force write over it.`,
    ),
  );

async function isHere(folder: string): Promise<boolean> {
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
  const from = previousVersion === null || previousVersion === version ? '' : ` from ${clean(previousVersion)}`;
  const head = {
    installed: `Installed the CommandCenter Action ${version}:`,
    updated: `Updated the CommandCenter Action${from} to ${version}:`,
    unchanged: `The CommandCenter Action ${version} is up to date.`,
  }[state];
  const changed = [...files, ...(workflow === null ? [] : [workflow])].filter(({ action }) => action !== 'unchanged');
  const parts = [[head, ...changed.map(({ path, action }) => `  ${action}  ${path}`)].join('\n')];
  if (workflow?.action === 'unchanged') parts.push(`${workflow.path} is there already and was left as it is.`);
  if (state === 'installed') {
    parts.push(nextSteps({ folder, workflow: workflow ?? { text: workflowText }, ignored }));
  } else if (changed.length > 0 || (typeof ignored !== 'string' && ignored.length > 0)) {
    const paths = [ACTION_FOLDER, ...(workflow?.action === 'created' ? [WORKFLOW_FILE] : [])];
    const message = `Update the CommandCenter Action to ${version}`;
    parts.push(commitStep({ folder, paths, message, ignored }).join('\n'));
  }
  return parts.join('\n\n');
}
