import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Static, Type } from 'typebox';
import Value from 'typebox/value';
import { runBounded } from '../../../child-process/run-bounded.ts';
import { AnalysisError } from '../../../errors.ts';
import { oxlintConfiguration } from './oxlint-rules.ts';

/** The used part of oxlint's JSON output. */
const Diagnostic = Type.Object({
  /** Rule of the diagnostic; absent if the file has a syntax error. */
  code: Type.Optional(Type.String()),
  message: Type.String(),
  help: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  /** File of the diagnostic; absent if oxlint could not read the file at all. */
  filename: Type.Optional(Type.String()),
  labels: Type.Array(Type.Object({ span: Type.Object({ line: Type.Integer({ minimum: 1 }) }) })),
});
const Output = Type.Object({ diagnostics: Type.Array(Diagnostic) });
export type Diagnostic = Static<typeof Diagnostic>;

export interface OxlintOptions {
  /** Private folder outside of the tree, which gets the configuration of oxlint. */
  folder: string;
  signal: AbortSignal;
}

const TIME_LIMIT_MS = 60_000;
const MEMORY_LIMIT = 1024 ** 3;
/** Maximum length in bytes of all paths in one call, well below the limits of operating systems for arguments. */
const BATCH_BYTES = 256 * 1024;

/**
 * Lints files, given by absolute paths. oxlint runs outside of the tree and only with our configuration, because
 * configurations in the tree may load plugins, which are programs. Throws AnalysisError if it fails.
 */
export async function runOxlint(paths: readonly string[], options: OxlintOptions): Promise<Diagnostic[]> {
  const configuration = join(options.folder, 'oxlint.json');
  try {
    await writeFile(configuration, oxlintConfiguration);
    const diagnostics: Diagnostic[] = [];
    for (const batch of batchesOf(paths)) {
      for (const diagnostic of await runBatch(batch, configuration, options)) diagnostics.push(diagnostic);
    }
    return diagnostics;
  } catch (cause) {
    options.signal.throwIfAborted();
    if (cause instanceof AnalysisError) throw cause;
    throw new AnalysisError('bug_patterns.oxlint_failed', 'oxlint could not be started.', { cause });
  }
}

async function runBatch(
  paths: readonly string[],
  configuration: string,
  { folder, signal }: OxlintOptions,
): Promise<Diagnostic[]> {
  const program = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin', 'oxlint');
  const flags = ['--disable-nested-config', '--no-ignore', '--no-error-on-unmatched-pattern', '--format=json'];
  const run = await runBounded(process.execPath, [program, '-c', configuration, ...flags, ...paths], {
    folder,
    signal,
    timeLimitMs: TIME_LIMIT_MS,
    memoryLimit: MEMORY_LIMIT,
  });
  const failed = (why: string): AnalysisError =>
    new AnalysisError('bug_patterns.oxlint_failed', `oxlint ${why}, on ${paths.length} files.`, {
      cause: new Error(run.stderr.toString('utf8').slice(0, 2000)),
    });
  if (run.timedOut) throw failed(`took longer than ${TIME_LIMIT_MS / 1000} s`);
  if (run.truncated) throw failed('said more than is read');
  let output: unknown;
  try {
    output = JSON.parse(run.stdout.toString('utf8'));
  } catch {
    throw failed(`ended ${run.signal === null ? `with code ${run.exitCode}` : `by ${run.signal}`} without an answer`);
  }
  if (!Value.Check(Output, output)) throw failed('answered in a form that is not known');
  return output.diagnostics;
}

function batchesOf(paths: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const path of paths) {
    const size = Buffer.byteLength(path) + 1;
    if (bytes + size > BATCH_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(path);
    bytes += size;
  }
  return batches;
}
