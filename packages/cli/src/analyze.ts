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
  streamJson,
} from '@commandcenter/analyzer';
import { readConfig } from '@commandcenter/server/config';
import { type Command, Option } from 'commander';
import { openAnalysisPlace } from './analysis-place.ts';
import { CliError, isSystemError } from './cli-error.ts';
import { printChunks, stripControlCharacters } from './output.ts';
import { startProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

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
    .description('analyze a repository; needs no server')
    .argument('<path|url>', 'a folder with its uncommitted changes, or the address of a git repository')
    .addOption(new Option('--depth <depth>', 'how much to analyze').choices(depths).default('standard'))
    .option('--base <commit>', 'commit, branch or tag to compare with; findings that it does not have are new')
    .addOption(new Option('--format <format>', 'output format (default: table)').choices(formats))
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit with 1 if there are new findings of this severity or a higher one',
      ).choices(severities),
    )
    .option('--offline', 'use no network: no advisories or versions beyond those on this machine', false)
    .option('--no-cache', 'write no cache for the next analysis')
    .action(async (place: string, options: AnalyzeCommandOptions, command: Command) => {
      const { json } = command.optsWithGlobals<{ json: boolean }>();
      const report = await analyzePlace(place, options, terminal);
      terminal.exitCode = isFailed(report, options.failOn) ? 1 : 0;
      await printChunks(await render(report, options.format ?? (json ? 'json' : 'table'), terminal), terminal.stdout);
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
  // Load the engines and formats only here, so that the other commands start fast.
  const { analyze } = await import('@commandcenter/analyzer/analyze');
  const progress = startProgress(terminal.stderr);
  const control = new AbortController();
  const stop = (): void => control.abort(new CliError('analysis.stopped', 3, 'Stopped.'));
  process.once('SIGINT', stop);
  try {
    const onProgress = (percent: number, step: string): void => progress.show(Math.round(percent), step);
    const { workTree, ...source } = await openAnalysisPlace(place, {
      base,
      depth,
      folder: temporaryFolder,
      environment: terminal.environment,
      signal: control.signal,
      onProgress: (step) => onProgress(0, step),
    });
    const { report } = await analyze(
      {
        ...source,
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
 * Returns the folder of the imported advisory database, or null if that folder may belong to the analyzed repository: the default `./data`
 * is relative to the working directory, and a repository must not supply the advisories about itself.
 */
function advisoryFolder(folder: string, workTree: string | null, { environment, stderr }: Terminal): string | null {
  const runsInWorkTree = workTree !== null && !/^\.\.(?:\/|$)/.test(relative(workTree, process.cwd()));
  if (environment.DATA_DIR !== undefined || !runsInWorkTree || !existsSync(folder)) return folder;
  stderr.write(
    `The advisories in ${stripControlCharacters(folder)} are not used, because the folder is part of the analyzed repository. If they are yours, set DATA_DIR.\n`,
  );
  return null;
}

/** Returns the user's cache folder by the XDG convention: https://specifications.freedesktop.org/basedir-spec/latest/ */
const cacheFolder = ({ XDG_CACHE_HOME }: NodeJS.ProcessEnv): string =>
  join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'commandcenter', 'analysis');

/** True if the gate failed or a new finding has the severity `failOn` or a higher one. */
function isFailed({ findings, result }: AnalysisReport, failOn: Severity | undefined): boolean {
  const failing = severities.slice(0, failOn === undefined ? 0 : severities.indexOf(failOn) + 1);
  return !result.gate.passed || findings.some(({ state, severity }) => state === 'new' && failing.includes(severity));
}

async function render(
  report: AnalysisReport,
  format: (typeof formats)[number],
  { stdout, environment }: Terminal,
): Promise<Iterable<string>> {
  const { toHtml, toMarkdown, toSarif, toTable } = await import('@commandcenter/analyzer/report');
  if (format === 'json') return streamJson(report, { indent: 2 });
  if (format === 'sarif') return streamJson(toSarif(report), { indent: 2 });
  if (format === 'markdown') return [toMarkdown(report)];
  if (format === 'html') return [toHtml(report)];
  const color = stdout.isTTY === true && environment.NO_COLOR === undefined;
  return [toTable(report, { color, width: Math.max(60, process.stdout.columns ?? 100) })];
}

const credentialHint =
  'Give one in the address (https://user:token@host/owner/name), use an ssh address, or analyze a local clone.';
const writableFoldersHint =
  'The analysis writes to the folder for temporary files (TMPDIR) and to its cache (XDG_CACHE_HOME; none with --no-cache).';

/** Error codes of failures to fetch the source that are not mistakes in the command. */
const fetchFailureCodes = new Set(
  ['unreachable', 'timeout', 'fetch_failed', 'auth', 'host_key'].map((name) => `source.${name}`),
);

/**
 * Converts an error to one with a message and an exit code: 2 for mistakes in the command or on this machine, 3 for failures to fetch the
 * source.
 */
function toCliError(error: unknown, place: string): unknown {
  if (isSystemError(error))
    return new CliError(
      'analysis.system',
      2,
      stripControlCharacters(`${error.message}. ${writableFoldersHint}`),
      error,
    );
  if (!(error instanceof AnalysisError)) return error;
  const exitCode = fetchFailureCodes.has(error.code) || !error.code.startsWith('source.') ? 3 : 2;
  const hint = error.code === 'source.auth' && /^https?:/i.test(place) ? credentialHint : error.hint;
  return new CliError(
    error.code,
    exitCode,
    stripControlCharacters([error.message, hint].filter(Boolean).join(' ')),
    error,
  );
}
