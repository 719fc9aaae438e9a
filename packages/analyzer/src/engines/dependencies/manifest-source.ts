import { AnalysisError, FileTooLargeError } from '../../errors.ts';
import type { SkippedFiles } from '../../result.ts';
import type { SourceTree } from '../../tree/source-tree.ts';
import { ManifestError } from './manifest-error.ts';

/** Size limits in bytes: generated lockfiles reach 50 MB, but handwritten manifests stay small. */
export const lockfileLimit = 64 * 1024 ** 2;
export const manifestLimit = 4 * 1024 ** 2;
const reasonsLimit = 50;
const notesLimit = 20;

/** Reads manifests from a tree and records those that cannot be read, so that one broken file does not fail the others. */
export class ManifestSource {
  readonly #tree: SourceTree;
  readonly #signal: AbortSignal;
  readonly #seen = new Set<string>();
  readonly #skipped = new Map<string, string>();
  readonly #notes: string[] = [];

  constructor(tree: SourceTree, signal: AbortSignal) {
    this.#tree = tree;
    this.#signal = signal;
  }

  has(path: string): boolean {
    return this.#tree.get(path) !== undefined;
  }

  /**
   * Parses a file. Returns null if it does not exist or cannot be read or parsed; the last two are recorded in
   * `failures`. Rejects only if the analysis is canceled.
   */
  async parse<T>(path: string, parse: (source: string) => T, limit = manifestLimit): Promise<T | null> {
    this.#signal.throwIfAborted();
    if (!this.has(path) || this.#skipped.has(path)) return null;
    try {
      const parsed = parse(decodeOnce(await this.#tree.read(path, limit)));
      this.#seen.add(path);
      return parsed;
    } catch (error) {
      this.skip(path, reasonOf(error, limit));
      return null;
    }
  }

  /** Parses a lockfile like `parse` does a manifest, but with the larger size limit of lockfiles. */
  parseLockfile<T>(path: string, parse: (source: string) => T): Promise<T | null> {
    return this.parse(path, parse, lockfileLimit);
  }

  skip(path: string, reason: string): void {
    this.#seen.delete(path);
    this.#skipped.set(path, reason);
  }

  /** Adds a note about the manifests to the report. */
  note(text: string): void {
    if (this.#notes.length < notesLimit) this.#notes.push(text);
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  get filesSeen(): number {
    return this.#seen.size;
  }

  skipped(): SkippedFiles[] {
    const byReason = new Map<string, SkippedFiles>();
    for (const [path, skipReason] of this.#skipped) {
      const reason =
        byReason.size < reasonsLimit || byReason.has(skipReason) ? skipReason : 'not readable for other reasons';
      const group = byReason.get(reason) ?? { reason, files: 0, examples: [] };
      group.files += 1;
      if (group.examples.length < 5) group.examples.push(path);
      byReason.set(reason, group);
    }
    return [...byReason.values()];
  }

  /** Paths of the manifests that could not be read, with the reasons. */
  get failures(): ReadonlyMap<string, string> {
    return this.#skipped;
  }
}

const reasonOf = (error: unknown, limit: number): string => {
  if (error instanceof ManifestError)
    return error.line === null ? error.message : `${error.message} (line ${error.line})`;
  if (error instanceof FileTooLargeError) return `larger than the ${limit / 1024 ** 2} MiB that are read`;
  if (error instanceof AnalysisError) return error.message;
  if (error instanceof RangeError) return 'nested too deeply or too large to be parsed';
  return `could not be read: ${error instanceof Error ? error.message : String(error)}`;
};

/** Decodes a file's bytes and frees them immediately, because a lockfile may have 50 MB. */
const decodeOnce = (bytes: Buffer): string => {
  const text = decode(bytes);
  // Do not free small buffers, because they share one pool.
  if (bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
  return text;
};

/** Decodes UTF-8, or UTF-16 if there is a byte order mark: Visual Studio writes such files. */
const decode = (bytes: Buffer): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3);
  return bytes.toString('utf8');
};
