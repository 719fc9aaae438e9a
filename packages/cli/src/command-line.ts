import { loadEnvironmentFile } from '@commandcenter/server/config';
import { StartupError } from '@commandcenter/server/startup-errors';
import { version } from '@commandcenter/server/version';
import { Command, CommanderError } from 'commander';
import { addAction } from './action-install.ts';
import { addAdvisories } from './advisories.ts';
import { addAnalyze } from './analyze.ts';
import { CliError, type ExitCode } from './cli-error.ts';
import { addDeliveries } from './deliveries.ts';
import { addDoctor } from './doctor.ts';
import { addImport } from './import.ts';
import { addMigrate } from './migrate.ts';
import { addServe } from './serve.ts';
import { addToken } from './token.ts';
import { addWorker } from './worker.ts';

/** What a verb gets besides its own arguments. */
export interface Terminal {
  environment: NodeJS.ProcessEnv;
  /** The variables that the `.env` of the working directory has set. */
  fileVariables: Set<string>;
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  /** What the process ends with, where it is not 0 although nothing was thrown. */
  exitCode: ExitCode;
}

/** Runs `commandcenter <verb> …` and returns the exit code. */
export async function runCommandLine(argv: string[]): Promise<ExitCode> {
  const terminal: Terminal = {
    environment: process.env,
    fileVariables: new Set(),
    stdout: process.stdout,
    stderr: process.stderr,
    exitCode: 0,
  };
  const program = new Command('commandcenter')
    .description('Keeps research tasks and GitHub issues in step.')
    .version(version)
    .option('--json', 'print one JSON value on standard output instead of text', false)
    .option(
      '--server <url>',
      'address of the server (default: COMMANDCENTER_URL, PUBLIC_URL, or PORT on this machine; also from .env)',
    )
    .option('--token <token>', 'API token (COMMANDCENTER_TOKEN; the environment keeps it out of the process list)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const add of [
    addServe,
    addWorker,
    addMigrate,
    addDoctor,
    addToken,
    addImport,
    addAnalyze,
    addAdvisories,
    addAction,
    addDeliveries,
  ])
    add(program, terminal);
  inheritSettings(program);
  program.hook('preAction', (_program, command) => {
    // A repository that is analysed where one stands does not get to say where its findings go.
    if (command.name() === 'analyze') return;
    const before = new Set(Object.keys(process.env));
    loadEnvironmentFile();
    for (const name of Object.keys(process.env)) if (!before.has(name)) terminal.fileVariables.add(name);
  });
  try {
    await program.parseAsync(argv);
    return terminal.exitCode;
  } catch (error) {
    return explain(error, terminal, program.opts<{ json: boolean }>().json);
  }
}

/** Every verb also takes the options of the program behind it, and refuses what it does not know with exit code 2. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

function explain(error: unknown, terminal: Terminal, json: boolean): ExitCode {
  // commander has printed what was wrong, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof CliError) && !(error instanceof StartupError)) throw error;
  const hint = error instanceof StartupError && error.hint !== undefined ? ` ${error.hint}` : '';
  if (json)
    terminal.stdout.write(`${JSON.stringify({ error: { code: error.code, message: error.message + hint } })}\n`);
  else terminal.stderr.write(`${error.message}${hint}\n`);
  return error.exitCode;
}
