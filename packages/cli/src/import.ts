import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandCenterClient, Schemas } from '@commandcenter/client';
import { type Command, InvalidArgumentError } from 'commander';
import { CliError } from './cli-error.ts';
import { positiveInteger, printResult, stripControlCharacters } from './output.ts';
import { type Progress, startProgress } from './progress.ts';
import { collectPages, openServer, unwrap } from './server-api.ts';
import type { Terminal } from './terminal.ts';

interface Repository {
  owner: string;
  name: string;
}

export function addImport(program: Command, terminal: Terminal): void {
  program
    .command('import')
    .description('import every issue of a repository, open and closed; repeating it creates no duplicates')
    .argument('<owner/repo>', 'the repository', parseRepository)
    .option('--integration <id>', 'id of the integration (default: the only GitHub integration)', positiveInteger)
    .option('--dry-run', 'list the changes without making them', false)
    .action(async (repository: Repository, options: { integration?: number; dryRun: boolean }, command: Command) => {
      const server = openServer(command, terminal);
      const id = options.integration ?? (await onlyGitHubIntegration(server));
      const { job_id } = unwrap(
        await server.POST('/api/v1/integrations/{id}/github/import', {
          params: { path: { id } },
          body: { repository, dry_run: options.dryRun },
        }),
      );
      const job = await followJob(server, job_id, startProgress(terminal.stderr));
      if (job.status !== 'completed') {
        const reason =
          job.error === null ? `it was ${job.status}` : `${job.error.detail} ${job.error.remedy ?? ''}`.trim();
        throw new CliError(
          job.error?.code ?? `job.${job.status}`,
          3,
          stripControlCharacters(`The import of ${repository.owner}/${repository.name} did not finish: ${reason}`),
        );
      }
      printResult(command, terminal, job, () => describe(job.result as ImportResult));
    });
}

function parseRepository(text: string): Repository {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? [];
  if (owner === undefined || name === undefined) throw new InvalidArgumentError('Example: my-org/my-repo');
  return { owner, name };
}

const MAX_INTEGRATIONS = 10_000;

async function onlyGitHubIntegration(server: CommandCenterClient): Promise<number> {
  const all = await collectPages(MAX_INTEGRATIONS, async (query) =>
    unwrap(await server.GET('/api/v1/integrations', { params: { query } })),
  );
  const [first, ...others] = all.filter((integration) => integration.integration_type === 'github');
  if (first === undefined) {
    throw new CliError(
      'usage.integration',
      2,
      'There is no GitHub integration yet. Create one with POST /api/v1/integrations (see README.md).',
    );
  }
  if (others.length === 0) return first.id;
  const names = [first, ...others].slice(0, 10).map(({ id, name }) => `${id} (${stripControlCharacters(name)})`);
  throw new CliError(
    'usage.integration',
    2,
    `There are several GitHub integrations. Choose one with --integration: ${names.join(', ')}`,
  );
}

/** The fields of an import job's result that this command shows. */
interface ImportResult {
  summary: string;
  /** The first 100 changes that the import would make; present only after a dry run. */
  would?: { action: 'create' | 'update' | 'check'; number: number; title: string; fields?: string[] }[];
}

/** Returns the summary, followed by one line for each change that a dry run listed. */
function describe({ summary, would = [] }: ImportResult): string {
  const lines = would.map(({ action, number, title, fields = [] }) => {
    const changed = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
    return `  ${action} #${number} ${title}${changed}`;
  });
  return [summary, ...lines].map(stripControlCharacters).join('\n');
}

const POLL_MS = 500;

/** Shows the progress of a job until it ends, and returns the ended job. */
async function followJob(server: CommandCenterClient, id: number, progress: Progress): Promise<Schemas['Job']> {
  for (;;) {
    const job = unwrap(await server.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
    progress.show(job.progress, job.current_step ?? job.status);
    if (job.status === 'completed' || job.status === 'failed' || job.status === 'cancelled') {
      progress.end();
      return job;
    }
    await sleep(POLL_MS);
  }
}
