import { createHash } from 'node:crypto';

/** Lies beside the files. */
export const RECORD_FILE = 'installed.json';

/** What was installed: tells files that people have changed from those of an older version. */
export interface InstallRecord {
  version: string;
  /** SHA-256 by path, relative to the Action's folder. */
  files: ReadonlyMap<string, string>;
}

const LONGEST = 64 * 1024;
/** The repository has the record, and somebody else may have written it: nothing outside of the folder is named by one. */
const OWN_PATH = /^(?:dist\/)?[\w.-]*\w$/;

/** Of a text, whatever git has made of its ends of lines. */
export const fingerprintOf = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

export function writeRecord(version: string, files: ReadonlyMap<string, string>): string {
  const fingerprints = Object.fromEntries([...files].map(([path, text]) => [path, fingerprintOf(text)]));
  const about = 'Written by `commandcenter action install`, which sees by it what was changed by hand.';
  return `${JSON.stringify({ about, version, files: fingerprints }, null, 2)}\n`;
}

/** Null: the text is none. */
export function readRecord(text: string): InstallRecord | null {
  if (text.length > LONGEST) return null;
  try {
    const { version, files } = JSON.parse(text) as { version?: unknown; files?: unknown };
    if (typeof version !== 'string' || typeof files !== 'object' || files === null) return null;
    const entries = Object.entries(files);
    const isRight = entries.every(([path, value]) => OWN_PATH.test(path) && /^[0-9a-f]{64}$/.test(String(value)));
    return isRight ? { version: version.slice(0, 50), files: new Map(entries) } : null;
  } catch {
    return null;
  }
}
