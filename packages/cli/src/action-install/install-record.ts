import { createHash } from 'node:crypto';

/** Name of the file in the Action's folder that records what was installed. */
export const RECORD_FILE = 'installed.json';

/** Fingerprints of the installed files. They distinguish files that people changed from files of an older version. */
export interface InstallRecord {
  version: string;
  /** SHA-256 of each installed file by its path relative to the Action's folder. */
  files: ReadonlyMap<string, string>;
}

const MAX_RECORD_CHARACTERS = 64 * 1024;
/**
 * Matches the paths of the Action's own files. Only these may appear in a record, because anybody who can write to the repository can
 * write the record.
 */
const ACTION_FILE_PATH = /^(?:dist\/)?[\w.-]*\w$/;

/** Returns the SHA-256 of a text with its line ends normalized, because git may convert them. */
export const fingerprintOf = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

export function writeRecord(version: string, files: ReadonlyMap<string, string>): string {
  const fingerprints = Object.fromEntries([...files].map(([path, text]) => [path, fingerprintOf(text)]));
  const about = 'Written by `commandcenter action install`, which sees by it what was changed by hand.';
  return `${JSON.stringify({ about, version, files: fingerprints }, null, 2)}\n`;
}

/** Returns the record in a text, or null if the text is not a valid record. */
export function readRecord(text: string): InstallRecord | null {
  if (text.length > MAX_RECORD_CHARACTERS) return null;
  try {
    const { version, files } = JSON.parse(text) as { version?: unknown; files?: unknown };
    if (typeof version !== 'string' || typeof files !== 'object' || files === null) return null;
    const entries = Object.entries(files);
    const isValid = entries.every(
      ([path, value]) => ACTION_FILE_PATH.test(path) && /^[0-9a-f]{64}$/.test(String(value)),
    );
    return isValid ? { version: version.slice(0, 50), files: new Map(entries) } : null;
  } catch {
    return null;
  }
}
