import type { CommandCenterClient } from '@commandcenter/client';
import { type Command, InvalidArgumentError } from 'commander';
import { CliError } from './cli-error.ts';
import type { Terminal } from './command-line.ts';
import { followJob } from './follow-job.ts';
import { clean, positiveInteger, printResult } from './output.ts';
import { startProgress } from './progress.ts';
import { collectPages, openServer, unwrap } from './server-api.ts';

interface Repository {
  owner: string;
  name: string;
}

export function addImport(program: Command, terminal: Terminal): void {
  program
    .command('import')
    .description('bring in every issue of a repository, open and closed; repeating it makes no duplicates')
    .argument('<owner/repo>', 'the repository', parseRepository)
    .option('--integration <id>', 'which integration (default: the only one of GitHub)', positiveInteger)
    .option('--dry-run', 'only list what it would change', false)
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
          clean(`The import of ${repository.owner}/${repository.name} did not finish: ${reason}`),
        );
      }
      printResult(command, terminal, job, () => describe(job.result as ImportResult));
    });
}

function parseRepository(text: string): Repository {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? [];
  if (owner === undefined || name === undefined) throw new InvalidArgumentError('Right: my-org/my-repo');
  return { owner, name };
}

const MOST_INTEGRATIONS = 10_000;

async function onlyGitHubIntegration(server: CommandCenterClient): Promise<number> {
  const all = await collectPages(MOST_INTEGRATIONS, async (query) =>
    unwrap(await server.GET('/api/v1/integrations', { params: { query } })),
  );
  const [first, ...others] = all.filter((integration) => integration.integration_type === 'github');
  if (first === undefined) {
    throw new CliError(
      'usage.integration',
      2,
      'There is no GitHub integration yet. Make one: POST /api/v1/integrations, see README.md.',
    );
  }
  if (others.length === 0) return first.id;
  const names = [first, ...others].slice(0, 10).map(({ id, name }) => `${id} (${clean(name)})`);
  throw new CliError('usage.integration', 2, `Which integration? Say --integration with one of: ${names.join(', ')}`);
}

/** The result of an import job, as far as it is shown here. */
interface ImportResult {
  summary: string;
  /** The first hundred changes; only a dry run lists them. */
  would?: { action: 'create' | 'update' | 'check'; number: number; title: string; fields?: string[] }[];
}

/** The summary, and below it a line for each change that a dry run has listed. */
function describe({ summary, would = [] }: ImportResult): string {
  const lines = would.map(({ action, number, title, fields = [] }) => {
    const changed = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
    return `  ${action} #${number} ${title}${changed}`;
  });
  return [summary, ...lines].map(clean).join('\n');
}
