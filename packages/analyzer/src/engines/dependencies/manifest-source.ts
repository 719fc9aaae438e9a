import { AnalysisError, FileTooLargeError } from '../../errors.ts';
import type { SkippedFiles } from '../../result.ts';
import type { SourceTree } from '../../tree/source-tree.ts';
import { ManifestError } from './manifest-error.ts';

/** Lockfiles of 50 MB exist; what a person writes is never that long. Bytes. */
export const lockfileLimit = 64 * 1024 ** 2;
export const manifestLimit = 4 * 1024 ** 2;
const reasonsLimit = 50;
const notesLimit = 20;

/** Reads the manifests of a tree, and keeps account of those that cannot be read: they are told, and the others go on. */
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
   * What `parse` makes of the file; null where there is none, or it cannot be read or parsed, which `coverage` then tells. Rejects only
   * when the analysis is cancelled.
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

  /** For a lockfile. */
  parseLockfile<T>(path: string, parse: (source: string) => T): Promise<T | null> {
    return this.parse(path, parse, lockfileLimit);
  }

  skip(path: string, reason: string): void {
    this.#seen.delete(path);
    this.#skipped.set(path, reason);
  }

  /** Something else to know about what was read. */
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
    for (const [path, told] of this.#skipped) {
      const reason = byReason.size < reasonsLimit || byReason.has(told) ? told : 'not readable for other reasons';
      const group = byReason.get(reason) ?? { reason, files: 0, examples: [] };
      group.files += 1;
      if (group.examples.length < 5) group.examples.push(path);
      byReason.set(reason, group);
    }
    return [...byReason.values()];
  }

  /** The paths that were skipped, with the reason of each. */
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

/** The text. What it was read into is given back now and not when memory gets short: a lockfile can have 50 MB. */
const decodeOnce = (bytes: Buffer): string => {
  const text = decode(bytes);
  // Small buffers are parts of one that others use as well.
  if (bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
  return text;
};

/** UTF-8, or UTF-16 where its mark says so: Visual Studio writes such files. */
const decode = (bytes: Buffer): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3);
  return bytes.toString('utf8');
};
