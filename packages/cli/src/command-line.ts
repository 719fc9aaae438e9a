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
import type { Terminal } from './terminal.ts';
import { addToken } from './token.ts';
import { addWorker } from './worker.ts';

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
    .description('Keeps research tasks and GitHub issues in sync.')
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
  program.hook('preAction', (_program, command) => {
    // Do not read `.env` for `analyze`: the analyzed repository may contain it, and must not decide where findings are sent.
    if (command.name() === 'analyze') return;
    const before = new Set(Object.keys(process.env));
    loadEnvironmentFile();
    for (const name of Object.keys(process.env)) if (!before.has(name)) terminal.fileVariables.add(name);
  });
  try {
    await program.parseAsync(argv);
    return terminal.exitCode;
  } catch (error) {
    return reportError(error, terminal, program.opts<{ json: boolean }>().json);
  }
}

function reportError(error: unknown, terminal: Terminal, json: boolean): ExitCode {
  // commander has already printed the error or the requested help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof CliError) && !(error instanceof StartupError)) throw error;
  const hint = error instanceof StartupError && error.hint !== undefined ? ` ${error.hint}` : '';
  if (json)
    terminal.stdout.write(`${JSON.stringify({ error: { code: error.code, message: error.message + hint } })}\n`);
  else terminal.stderr.write(`${error.message}${hint}\n`);
  return error.exitCode;
}
