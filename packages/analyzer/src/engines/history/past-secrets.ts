import { basename } from 'node:path';
import type { FileInspector } from '../../engine.ts';
import { AnalysisError } from '../../errors.ts';
import { readBlobs } from '../../git/read-blobs.ts';
import { runGit } from '../../git/run-git.ts';
import { MISSING_OBJECTS } from '../../git/stream-git.ts';
import { languageOfName, languageOfShebang } from '../../languages/detect-language.ts';
import type { FileSecrets, RedactedSecret } from '../secrets/inspector.ts';
import type { Change, HistoryCommit } from './read-history.ts';

export interface PastSecret {
  trace: RedactedSecret;
  path: string;
  /** The commit that added the secret, as far as the history was read. */
  commit: HistoryCommit;
}

/** A past content of a file, and where it occurred first. */
export type PastBlob = Pick<Change, 'path' | 'commit' | 'blob'>;

/** Results of earlier analyses: keys of blobs without secrets, and secrets by key. */
export interface CachedBlobResults {
  clean: string[];
  secrets: Record<string, RedactedSecret[]>;
}

export interface FindPastSecretsOptions {
  gitDirectory: string;
  /** Unique past contents of files, in the order in which they are inspected. */
  blobs: readonly PastBlob[];
  inspector: FileInspector<FileSecrets>;
  cachedResults: CachedBlobResults | undefined;
  signal: AbortSignal;
  /** Maximum number of bytes of past file contents to read. */
  budget: number;
}

export interface PastSecrets {
  secrets: PastSecret[];
  cachedResults: CachedBlobResults;
  /** Number of past file contents that were inspected, in this analysis or an earlier one. */
  seen: number;
  /** Past file contents that are larger than the limit and were skipped; `beyond` has those that the budget did not cover. */
  tooLarge: PastBlob[];
  beyond: PastBlob[];
  /** Past file contents that this copy of the repository does not have. */
  missing: PastBlob[];
}

const DEFAULT_SIZE_LIMIT = 2 * 1024 ** 2;
const BINARY_PROBE = 8000;

/** Inspects past contents of files for secrets. A single git process reads all of them. */
export async function findPastSecrets(options: FindPastSecretsOptions): Promise<PastSecrets> {
  const { gitDirectory, inspector, signal, budget } = options;
  const cleanBefore = new Set(options.cachedResults?.clean);
  const found: PastSecrets = {
    secrets: [],
    cachedResults: { clean: [], secrets: {} },
    seen: 0,
    tooLarge: [],
    beyond: [],
    missing: [],
  };
  await inspector.prepare?.();

  const note = (blob: PastBlob, traces: readonly RedactedSecret[]): void => {
    found.seen += 1;
    if (traces.length === 0) found.cachedResults.clean.push(keyOf(blob));
    else found.cachedResults.secrets[keyOf(blob)] = [...traces];
    for (const trace of traces) found.secrets.push({ trace, path: blob.path, commit: blob.commit });
  };

  const unknown = options.blobs.filter((blob) => {
    const traces = cleanBefore.has(keyOf(blob)) ? [] : options.cachedResults?.secrets[keyOf(blob)];
    if (traces !== undefined) note(blob, traces);
    return traces === undefined;
  });
  const toRead: PastBlob[] = [];
  let left = budget;
  const sizes = await readSizes(gitDirectory, unknown, signal);
  for (const [index, blob] of unknown.entries()) {
    const size = sizes[index];
    if (size === undefined) {
      found.missing.push(blob);
      continue;
    }
    if (!inspector.wants({ path: blob.path, size, language: languageOfName(blob.path) })) continue;
    if (size > (inspector.sizeLimit ?? DEFAULT_SIZE_LIMIT)) found.tooLarge.push(blob);
    else if (size > left) found.beyond.push(blob);
    else {
      left -= size;
      toRead.push(blob);
    }
  }

  let blob: PastBlob | undefined;
  let chunks: Buffer[] = [];
  await readBlobs(
    { gitDirectory, blobs: toRead.map((one) => one.blob), signal },
    {
      begin(index) {
        blob = toRead[index];
        chunks = [];
      },
      write: (bytes) => void chunks.push(Buffer.from(bytes)),
      async end() {
        if (blob !== undefined) note(blob, await inspect(inspector, blob.path, Buffer.concat(chunks)));
      },
    },
  );
  return found;
}

async function inspect(inspector: FileInspector<FileSecrets>, path: string, bytes: Buffer): Promise<RedactedSecret[]> {
  if (inspector.binaries !== true && bytes.subarray(0, BINARY_PROBE).includes(0)) return [];
  const language = languageOfName(path) ?? languageOfShebang(bytes);
  const result = await inspector.inspect({ path, bytes, language, text: () => bytes.toString('utf8') });
  return result?.secrets ?? [];
}

/** Returns the sizes of blobs in the order of `blobs`, undefined for missing ones: https://git-scm.com/docs/git-cat-file#_batch_output */
async function readSizes(
  gitDirectory: string,
  blobs: readonly PastBlob[],
  signal: AbortSignal,
): Promise<(number | undefined)[]> {
  if (blobs.length === 0) return [];
  const input = blobs.map(({ blob }) => `${blob}\n`);
  const response = runGit(['cat-file', '--batch-check=%(objectsize)', '--buffer'], { gitDirectory, input, signal });
  const run = await response.catch((error: unknown) => {
    // In a partial clone git fails at the first object that it would have to fetch.
    if (error instanceof AnalysisError && error.code === MISSING_OBJECTS) return undefined;
    throw error;
  });
  if (run === undefined) return blobs.map(() => undefined);
  const lines = run.output.toString('latin1').trimEnd().split('\n');
  return lines.map((line) => (/^\d+$/.test(line) ? Number(line) : undefined));
}

const KEY_DIGITS = 20;

/** The result of an inspector depends on both the bytes and the file's name. */
const keyOf = ({ blob, path }: PastBlob): string => `${blob.slice(0, KEY_DIGITS)} ${basename(path)}`;
