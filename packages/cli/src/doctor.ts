import { type Config, readConfig } from '@commandcenter/server/config';
import { StartupError } from '@commandcenter/server/startup-errors';
import type { Command } from 'commander';
import type { Terminal } from './command-line.ts';
import { checkDatabase } from './doctor/database-checks.ts';
import { type Finding, fault, ok } from './doctor/finding.ts';
import { checkDataFolder, checkDiskSpace, checkKeys } from './doctor/folder-checks.ts';
import { checkPort, checkPublicUrl } from './doctor/network-checks.ts';
import { checkGit } from './doctor/program-checks.ts';
import { printResult } from './output.ts';

export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('check this installation and say what is wrong and how to mend it; ends with 1 when something is')
    .action(async (_options, command: Command) => {
      const findings = await examine(terminal.environment);
      if (findings.some(({ state }) => state === 'fault')) terminal.exitCode = 1;
      printResult(command, terminal, { findings }, () => findings.map(line).join('\n'));
    });
}

async function examine(environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  const node = ok('node', process.versions.node);
  let config: Config;
  try {
    config = readConfig(environment);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    return [node, fault('configuration', error.message, 'See docs/configuration.md.')];
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
  return [node, ok('configuration', 'every variable is right'), ...checks.flat()];
}

function line({ check, state, message, remedy }: Finding): string {
  const mark = { ok: 'ok     ', warning: 'warning', fault: 'FAULT  ' }[state];
  return `${mark}  ${check}: ${message}${remedy === undefined ? '' : `\n         ${remedy}`}`;
}
