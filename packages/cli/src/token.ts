import type { Schemas } from '@commandcenter/client';
import type { Command } from 'commander';
import type { Terminal } from './command-line.ts';
import { positiveInteger, printResult, table } from './output.ts';
import { collectPages, openServer, unwrap } from './server-api.ts';

const MOST_TOKENS = 10_000;

export function addToken(program: Command, terminal: Terminal): void {
  const token = program.command('token').description('make, list and revoke API tokens');

  token
    .command('create')
    .description('make a token and print it, this once')
    .argument('<name>', 'what it is used for')
    .requiredOption('--scope <scope...>', 'what it may do: jobs:create, jobs:read, tasks:read, …')
    .option('--project <id>', 'the one project it reaches (default: all of yours)', positiveInteger)
    .option('--expires <time>', 'RFC 3339 time after which it is refused (default: never)')
    .action(
      async (name: string, options: { scope: string[]; project?: number; expires?: string }, command: Command) => {
        const made = unwrap(
          await openServer(command, terminal).POST('/api/v1/tokens', {
            body: {
              name,
              // The server says which ones there are.
              scopes: options.scope as Schemas['Scope'][],
              ...(options.project !== undefined && { project_id: options.project }),
              ...(options.expires !== undefined && { expires_at: options.expires }),
            },
          }),
        );
        printResult(command, terminal, made, () => made.token);
      },
    );

  token
    .command('list')
    .description('list your tokens')
    .action(async (_options, command: Command) => {
      const server = openServer(command, terminal);
      const items = await collectPages(MOST_TOKENS, async (query) =>
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
    .description('revoke a token at once')
    .argument('<id>', 'its id, as `token list` shows it', positiveInteger)
    .action(async (id: number, _options, command: Command) => {
      unwrap(await openServer(command, terminal).DELETE('/api/v1/tokens/{id}', { params: { path: { id } } }));
      printResult(command, terminal, { id, revoked: true }, () => `Token ${id} is revoked.`);
    });
}
