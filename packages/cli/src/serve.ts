import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export function addServe(program: Command, terminal: Terminal): void {
  program
    .command('serve')
    .description('start the server with API, webhooks and workers, like `npm start`; ROLE limits it to a part')
    .action(async (_options, command: Command) => {
      const { runServer } = await import('@commandcenter/server/run-server');
      terminal.exitCode = await runServer({ json: command.optsWithGlobals<{ json: boolean }>().json });
    });
}
