import { readConfig } from '@commandcenter/server/config';
import { createLogger } from '@commandcenter/server/logging';
import { openMigratedDatabase } from '@commandcenter/server/open-migrated-database';
import type { Command } from 'commander';
import { printResult } from './output.ts';
import type { Terminal } from './terminal.ts';

export function addMigrate(program: Command, terminal: Terminal): void {
  program
    .command('migrate')
    .description('migrate the database to the schema of this version without starting the server')
    .action(async (_options, command: Command) => {
      const config = readConfig(terminal.environment);
      const logger = createLogger({ ...config, LOG_LEVEL: 'warn' });
      await using database = await openMigratedDatabase(config, logger, {
        holder: `migrate, pid ${process.pid}`,
        signal: new AbortController().signal,
        onLost: (error) => {
          throw error;
        },
      });
      const { migrated } = database;
      printResult(command, terminal, { migrated }, () =>
        migrated.length === 0 ? 'The schema is up to date.' : `Migrated: ${migrated.join(', ')}.`,
      );
    });
}
