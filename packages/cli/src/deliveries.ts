import type { Schemas } from '@commandcenter/client';
import { type Command, Option } from 'commander';
import { positiveInteger, printResult, stripControlCharacters, table } from './output.ts';
import { collectPages, openServer, unwrap } from './server-api.ts';
import type { Terminal } from './terminal.ts';

const STATUSES = [
  'received',
  'processed',
  'ignored',
  'held',
  'failed',
  'rejected',
] as const satisfies Schemas['Delivery']['status'][];

interface ListOptions {
  integration?: number;
  status?: (typeof STATUSES)[number];
  event?: string;
  q?: string;
  limit: number;
}

export function addDeliveries(program: Command, terminal: Terminal): void {
  const deliveries = program.command('deliveries').description('list received webhooks and replay them');

  deliveries
    .command('list')
    .description('list received webhooks, newest first, with their effects or the reason why there were none')
    .option('--integration <id>', 'id of an integration', positiveInteger)
    .addOption(new Option('--status <status>', 'status of the webhooks').choices(STATUSES))
    .option('--event <event>', 'name of the event: issues, push, …')
    .option('--q <text>', 'text to find in repository, title, sender or number')
    .option('--limit <count>', 'number of webhooks', positiveInteger, 50)
    .action(async (options: ListOptions, command: Command) => {
      const server = openServer(command, terminal);
      const { integration, limit, ...filters } = options;
      const items = await collectPages(limit, async (page) =>
        unwrap(
          await server.GET('/api/v1/deliveries', {
            params: {
              query: { ...filters, ...page, ...(integration !== undefined && { integration_id: integration }) },
            },
          }),
        ),
      );
      printResult(command, terminal, { items }, () =>
        table(
          ['ID', 'RECEIVED', 'EVENT', 'STATUS', 'ITEM', 'EFFECT OR REASON'],
          items.map((item) => [
            item.id,
            item.received_at,
            item.action === null ? item.event : `${item.event}.${item.action}`,
            item.status,
            subjectOf(item),
            outcomeOf(item),
          ]),
        ),
      );
    });

  deliveries
    .command('replay')
    .description('process a received webhook again')
    .argument('<id>', 'its id, as `deliveries list` shows it', positiveInteger)
    .option('--dry-run', 'show the effects without applying them', false)
    .action(async (id: number, options: { dryRun: boolean }, command: Command) => {
      const result = unwrap(
        await openServer(command, terminal).POST('/api/v1/deliveries/{id}/replay', {
          params: { path: { id }, query: { dry_run: options.dryRun } },
        }),
      );
      // Exit with 1 if the replay failed, although the request for it succeeded.
      if (result.status === 'failed') terminal.exitCode = 1;
      printResult(command, terminal, result, () =>
        stripControlCharacters(
          `Delivery ${id}${options.dryRun ? ' would be' : ''} ${result.status}: ${outcomeOf(result)}`,
        ),
      );
    });
}

function subjectOf({ repository, item_number, title }: Schemas['Delivery']): string {
  const item = [repository, item_number === null ? null : `#${item_number}`].filter((part) => part !== null).join('');
  return [item, title?.slice(0, 60)].filter(Boolean).join(' ');
}

function outcomeOf({ effects, reason }: Pick<Schemas['Delivery'], 'effects' | 'reason'>): string {
  const texts = effects.map((effect) => {
    const target = effect.task_id === undefined ? '' : ` task ${effect.task_id}`;
    return `${effect.kind.replaceAll('_', ' ')}${target}${effect.fields === undefined ? '' : ` (${effect.fields.join(', ')})`}`;
  });
  return [...texts, reason].filter(Boolean).join('; ') || 'nothing';
}
