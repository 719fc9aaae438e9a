import type { Command } from 'commander';
import type { Terminal } from './command-line.ts';

export function addServe(program: Command, terminal: Terminal): void {
  program
    .command('serve')
    .description('start the server: API, webhooks and workers (what `npm start` does); ROLE chooses a part of it')
    .action(async (_options, command: Command) => {
      const { runServer } = await import('@commandcenter/server/run-server');
      terminal.exitCode = await runServer({ json: command.optsWithGlobals<{ json: boolean }>().json });
    });
}
