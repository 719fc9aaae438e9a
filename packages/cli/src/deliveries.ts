import type { Schemas } from '@commandcenter/client';
import { type Command, Option } from 'commander';
import type { Terminal } from './command-line.ts';
import { clean, positiveInteger, printResult, table } from './output.ts';
import { collectPages, openServer, unwrap } from './server-api.ts';

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
  const deliveries = program.command('deliveries').description('look at received webhooks, and replay them');

  deliveries
    .command('list')
    .description('list received webhooks, newest first, with what each did or why it did nothing')
    .option('--integration <id>', 'of one integration', positiveInteger)
    .addOption(new Option('--status <status>', 'in one status').choices(STATUSES))
    .option('--event <event>', 'of one event: issues, push, …')
    .option('--q <text>', 'whose repository, title, sender or number matches')
    .option('--limit <count>', 'how many', positiveInteger, 50)
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
          ['ID', 'RECEIVED', 'EVENT', 'STATUS', 'WHAT', 'EFFECT OR REASON'],
          items.map((item) => [
            item.id,
            item.received_at,
            item.action === null ? item.event : `${item.event}.${item.action}`,
            item.status,
            what(item),
            outcome(item),
          ]),
        ),
      );
    });

  deliveries
    .command('replay')
    .description('work a received webhook off again')
    .argument('<id>', 'its id, as `deliveries list` shows it', positiveInteger)
    .option('--dry-run', 'only say what it would do', false)
    .action(async (id: number, options: { dryRun: boolean }, command: Command) => {
      const result = unwrap(
        await openServer(command, terminal).POST('/api/v1/deliveries/{id}/replay', {
          params: { path: { id }, query: { dry_run: options.dryRun } },
        }),
      );
      // A replay that fails was carried out, and found something.
      if (result.status === 'failed') terminal.exitCode = 1;
      printResult(command, terminal, result, () =>
        clean(`Delivery ${id}${options.dryRun ? ' would be' : ''} ${result.status}: ${outcome(result)}`),
      );
    });
}

function what({ repository, item_number, title }: Schemas['Delivery']): string {
  const place = [repository, item_number === null ? null : `#${item_number}`].filter((part) => part !== null).join('');
  return [place, title?.slice(0, 60)].filter(Boolean).join(' ');
}

function outcome({ effects, reason }: Pick<Schemas['Delivery'], 'effects' | 'reason'>): string {
  const texts = effects.map((effect) => {
    const on = effect.task_id === undefined ? '' : ` task ${effect.task_id}`;
    return `${effect.kind.replaceAll('_', ' ')}${on}${effect.fields === undefined ? '' : ` (${effect.fields.join(', ')})`}`;
  });
  return [...texts, reason].filter(Boolean).join('; ') || 'nothing';
}
