import { type Config, readConfig } from '@commandcenter/server/config';
import { StartupError } from '@commandcenter/server/startup-errors';
import type { Command } from 'commander';
import { type CheckResult, failed, ok } from './doctor/check-result.ts';
import { checkDatabase } from './doctor/database-checks.ts';
import { checkDataFolder, checkDiskSpace, checkKeys } from './doctor/folder-checks.ts';
import { checkPort, checkPublicUrl } from './doctor/network-checks.ts';
import { checkGit } from './doctor/program-checks.ts';
import { printResult } from './output.ts';
import type { Terminal } from './terminal.ts';

export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('check this installation and show how to fix its problems; exits with 1 if a check fails')
    .action(async (_options, command: Command) => {
      const results = await runChecks(terminal.environment);
      if (results.some(({ state }) => state === 'fault')) terminal.exitCode = 1;
      printResult(command, terminal, { findings: results }, () => results.map(formatResult).join('\n'));
    });
}

async function runChecks(environment: NodeJS.ProcessEnv): Promise<CheckResult[]> {
  const node = ok('node', process.versions.node);
  let config: Config;
  try {
    config = readConfig(environment);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    return [node, failed('configuration', error.message, 'See docs/configuration.md.')];
  }
  const checks = await Promise.all([
    checkDataFolder(config),
    checkKeys(config),
    checkDatabase(config),
    checkPort(config),
    checkDiskSpace(config),
    checkPublicUrl(config),
    checkGit(environment),
  ]);
  return [node, ok('configuration', 'every variable is valid'), ...checks.flat()];
}

function formatResult({ check, state, message, remedy }: CheckResult): string {
  const mark = { ok: 'ok     ', warning: 'warning', fault: 'FAILED ' }[state];
  return `${mark}  ${check}: ${message}${remedy === undefined ? '' : `\n         ${remedy}`}`;
}
