import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import {
  AnalysisError,
  type AnalysisReport,
  type Depth,
  depths,
  type Severity,
  severities,
} from '@commandcenter/analyzer';
import { readConfig } from '@commandcenter/server/config';
import { type Command, Option } from 'commander';
import { openAnalysisSource } from './analysis-source.ts';
import { CliError, isSystemError } from './cli-error.ts';
import type { Terminal } from './command-line.ts';
import { jsonPieces } from './json-pieces.ts';
import { clean } from './output.ts';
import { printPieces } from './print-pieces.ts';
import { startProgress } from './progress.ts';

const formats = ['table', 'json', 'sarif', 'markdown', 'html'] as const;

interface AnalyzeCommandOptions {
  depth: Depth;
  base?: string;
  format?: (typeof formats)[number];
  failOn?: Severity;
  offline: boolean;
  cache: boolean;
}

export function addAnalyze(program: Command, terminal: Terminal): void {
  program
    .command('analyze')
    .description('look at a repository and say what matters; needs no server')
    .argument('<path|url>', 'a folder, analysed as it stands, or the address of a git repository')
    .addOption(new Option('--depth <depth>', 'how deep to look').choices(depths).default('standard'))
    .option('--base <commit>', 'judge what is new against this commit, branch or tag')
    .addOption(new Option('--format <format>', 'what to print (default: table)').choices(formats))
    .addOption(
      new Option('--fail-on <severity>', 'end with 1 where there are new findings this bad or worse').choices(
        severities,
      ),
    )
    .option('--offline', 'ask nobody: use what is on this machine', false)
    .option('--no-cache', 'keep nothing for the next time')
    .action(async (place: string, options: AnalyzeCommandOptions, command: Command) => {
      const { json } = command.optsWithGlobals<{ json: boolean }>();
      const report = await analyzePlace(place, options, terminal);
      terminal.exitCode = isFailed(report, options.failOn) ? 1 : 0;
      await printPieces(await render(report, options.format ?? (json ? 'json' : 'table'), terminal), terminal.stdout);
    });
}

async function analyzePlace(
  place: string,
  options: AnalyzeCommandOptions,
  terminal: Terminal,
): Promise<AnalysisReport> {
  const { DATA_DIR, OSV_API_URL } = readConfig(terminal.environment);
  const { depth, base, offline, cache } = options;
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'commandcenter-')).catch((error) => {
    throw toCliError(error, place);
  });
  // Engines and formats are only loaded by the verb that needs them.
  const { analyze } = await import('@commandcenter/analyzer/analyze');
  const progress = startProgress(terminal.stderr);
  const control = new AbortController();
  const stop = (): void => control.abort(new CliError('analysis.stopped', 3, 'Stopped.'));
  process.once('SIGINT', stop);
  try {
    const onProgress = (percent: number, step: string): void => progress.show(Math.round(percent), step);
    const { analysed, workTree } = await openAnalysisSource(place, {
      base,
      history: depth === 'comprehensive',
      folder: temporaryFolder,
      environment: terminal.environment,
      signal: control.signal,
      onProgress: (step) => onProgress(0, step),
    });
    const { report } = await analyze(
      {
        ...analysed,
        depth,
        now: new Date().toISOString(),
        advisories: {
          folder: advisoryFolder(join(resolve(DATA_DIR), 'advisories'), workTree, terminal),
          url: OSV_API_URL === 'off' ? null : OSV_API_URL,
        },
        cacheFolder: cache ? cacheFolder(terminal.environment) : null,
        temporaryFolder,
      },
      { signal: control.signal, fetch: offline ? null : fetch, onProgress },
    );
    return report;
  } catch (error) {
    throw toCliError(error, place);
  } finally {
    process.off('SIGINT', stop);
    progress.end();
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}

/**
 * Where an imported database is; null where it would be the word of what is analysed about itself: `DATA_DIR` is `./data` where nothing
 * else is said, and one may stand in somebody else's repository.
 */
function advisoryFolder(folder: string, workTree: string | null, { environment, stderr }: Terminal): string | null {
  const isOfIt = workTree !== null && !/^\.\.(?:\/|$)/.test(relative(workTree, process.cwd()));
  if (environment.DATA_DIR !== undefined || !isOfIt || !existsSync(folder)) return folder;
  stderr.write(`${clean(folder)} is part of what is analysed and is not used: set DATA_DIR where it is your own.\n`);
  return null;
}

/** What a user's other programs keep there is theirs: https://specifications.freedesktop.org/basedir-spec/latest/ */
const cacheFolder = ({ XDG_CACHE_HOME }: NodeJS.ProcessEnv): string =>
  join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'commandcenter', 'analysis');

/** New findings as bad as `failOn`, or a failed gate. */
function isFailed({ findings, result }: AnalysisReport, failOn: Severity | undefined): boolean {
  const worst = severities.slice(0, failOn === undefined ? 0 : severities.indexOf(failOn) + 1);
  return !result.gate.passed || findings.some(({ state, severity }) => state === 'new' && worst.includes(severity));
}

async function render(
  report: AnalysisReport,
  format: (typeof formats)[number],
  { stdout, environment }: Terminal,
): Promise<Iterable<string>> {
  const { toHtml, toMarkdown, toSarif, toTable } = await import('@commandcenter/analyzer/report');
  if (format === 'json') return jsonPieces(report);
  if (format === 'sarif') return jsonPieces(toSarif(report));
  if (format === 'markdown') return [toMarkdown(report)];
  if (format === 'html') return [toHtml(report)];
  const color = stdout.isTTY === true && environment.NO_COLOR === undefined;
  return [toTable(report, { color, width: Math.max(60, process.stdout.columns ?? 100) })];
}

const credentialHint =
  'Give one in the address (https://user:token@host/owner/name), use an ssh address, or analyse a checked-out copy.';
const placesHint =
  'It writes to the folder for temporary files (TMPDIR) and to its cache (XDG_CACHE_HOME; none with --no-cache).';

/** What failed on the way to the source, and not for what was asked. */
const onTheWay = new Set(
  ['unreachable', 'timeout', 'fetch_failed', 'auth', 'host_key'].map((name) => `source.${name}`),
);

/** What people can mend in what they asked for, or in this machine, is 2; what failed on the way is 3. */
function toCliError(error: unknown, place: string): unknown {
  if (isSystemError(error)) return new CliError('analysis.system', 2, clean(`${error.message}. ${placesHint}`), error);
  if (!(error instanceof AnalysisError)) return error;
  const exitCode = onTheWay.has(error.code) || !error.code.startsWith('source.') ? 3 : 2;
  const hint = error.code === 'source.auth' && /^https?:/i.test(place) ? credentialHint : error.hint;
  return new CliError(error.code, exitCode, clean([error.message, hint].filter(Boolean).join(' ')), error);
}
