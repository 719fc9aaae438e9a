import { closeSync, constants, linkSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { hasDotGitName, unsafePath } from './unsafe-path.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
const TAKEN = 'another entry has its name';

/**
 * Writes files into a private, empty folder. It creates all folders itself, creates no symbolic links and overwrites
 * nothing, so that it cannot write outside of the folder. It is synchronous, which is several times faster for small
 * files; the caller must yield to the event loop.
 */
export class FolderWriter {
  readonly #root: string;
  readonly #folders = new Map<string, boolean>([['', true]]);
  #descriptor: number | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** Returns why a path must not be written; undefined if it may be. */
  refusal(path: string): string | undefined {
    return unsafePath(path) ?? (hasDotGitName(path) ? 'its path is not allowed' : undefined);
  }

  /** Opens a new file for writing. Returns undefined, or the reason if the file cannot be created. */
  begin(path: string): string | undefined {
    if (!this.#makeFolderOf(path)) return TAKEN;
    try {
      this.#descriptor = openSync(join(this.#root, path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  write(bytes: Uint8Array): void {
    if (this.#descriptor === undefined) throw new Error('No file was begun.');
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
  }

  end(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Creates a hard link to an existing file; returns false if that is not possible. */
  link(file: string, path: string): boolean {
    if (!this.#makeFolderOf(path)) return false;
    try {
      linkSync(file, join(this.#root, path));
      return true;
    } catch {
      // The link may be to another file system, there may be too many links, or the name may exist: the caller writes the file instead,
      // which reports the reason.
      return false;
    }
  }

  #makeFolderOf(path: string): boolean {
    const end = path.lastIndexOf('/');
    return this.#makeFolder(end < 0 ? '' : path.slice(0, end));
  }

  #makeFolder(folder: string): boolean {
    const cached = this.#folders.get(folder);
    if (cached !== undefined) return cached;
    let made = this.#makeFolderOf(folder);
    if (made) {
      try {
        mkdirSync(join(this.#root, folder), 0o700);
      } catch (error) {
        if (reasonOf(error) !== undefined) made = false;
      }
    }
    this.#folders.set(folder, made);
    return made;
  }
}

/** Returns a message for errors that a malicious tree can cause; throws others, such as a full disk. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR') return TAKEN;
  if (code === 'ENAMETOOLONG') return 'its path is too long';
  if (code === 'EILSEQ' || code === 'EINVAL') return 'its path is not allowed';
  throw error;
}
