import type { Schemas } from '@commandcenter/client';
import type { Command } from 'commander';
import { positiveInteger, printResult, table } from './output.ts';
import { collectPages, openServer, unwrap } from './server-api.ts';
import type { Terminal } from './terminal.ts';

const MAX_TOKENS = 10_000;

export function addToken(program: Command, terminal: Terminal): void {
  const token = program.command('token').description('create, list and revoke API tokens');

  token
    .command('create')
    .description('create a token and print it; it cannot be shown again')
    .argument('<name>', 'name that says what the token is for')
    .requiredOption('--scope <scope...>', 'permissions of the token: jobs:create, jobs:read, tasks:read, …')
    .option('--project <id>', 'limit the token to one project (default: all of your projects)', positiveInteger)
    .option('--expires <time>', 'RFC 3339 time at which the token expires (default: never)')
    .action(
      async (name: string, options: { scope: string[]; project?: number; expires?: string }, command: Command) => {
        const created = unwrap(
          await openServer(command, terminal).POST('/api/v1/tokens', {
            body: {
              name,
              // The server checks the scopes and lists the valid ones in its error.
              scopes: options.scope as Schemas['Scope'][],
              ...(options.project !== undefined && { project_id: options.project }),
              ...(options.expires !== undefined && { expires_at: options.expires }),
            },
          }),
        );
        printResult(command, terminal, created, () => created.token);
      },
    );

  token
    .command('list')
    .description('list your tokens')
    .action(async (_options, command: Command) => {
      const server = openServer(command, terminal);
      const items = await collectPages(MAX_TOKENS, async (query) =>
        unwrap(await server.GET('/api/v1/tokens', { params: { query } })),
      );
      printResult(command, terminal, { items }, () =>
        table(
          ['ID', 'PREFIX', 'NAME', 'PROJECT', 'LAST USED', 'EXPIRES', 'SCOPES'],
          items.map((item) => [
            item.id,
            item.prefix,
            item.name,
            item.project_id ?? 'all',
            item.last_used_at ?? 'never',
            item.expires_at ?? 'never',
            item.scopes.join(' '),
          ]),
        ),
      );
    });

  token
    .command('revoke')
    .description('revoke a token immediately')
    .argument('<id>', 'id that `token list` shows', positiveInteger)
    .action(async (id: number, _options, command: Command) => {
      unwrap(await openServer(command, terminal).DELETE('/api/v1/tokens/{id}', { params: { path: { id } } }));
      printResult(command, terminal, { id, revoked: true }, () => `Token ${id} revoked.`);
    });
}
