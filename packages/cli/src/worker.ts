import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export function addWorker(program: Command, terminal: Terminal): void {
  program
    .command('worker')
    .description('start only a worker (ROLE=worker), in addition to other processes on the same DATABASE_URL')
    .action(async (_options, command: Command) => {
      const { runServer } = await import('@commandcenter/server/run-server');
      const { json } = command.optsWithGlobals<{ json: boolean }>();
      terminal.exitCode = await runServer({ json, overrides: { ROLE: 'worker' } });
    });
}
