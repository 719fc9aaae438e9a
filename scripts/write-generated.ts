import { readFile, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** Writes a generated file. With `--check` on the command line it only compares, and sets exit code 1 if the file is out of date. */
export async function writeGenerated(file: string, content: string, command: string): Promise<void> {
  if (!process.argv.includes('--check')) {
    await writeFile(file, content);
    return;
  }
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== content) reportOutOfDate(file, kept, command);
}

/** As `writeGenerated`. A file with the same content is kept as it is, because other versions of zlib compress it differently. */
export async function writeGeneratedGzip(file: string, content: string, command: string): Promise<void> {
  const compressed = await readFile(file).catch(() => undefined);
  const kept = compressed && gunzipSync(compressed).toString('utf8');
  if (kept === content) return;
  if (process.argv.includes('--check')) reportOutOfDate(file, kept, command);
  else await writeFile(file, gzipSync(content, { level: 9 }));
}

function reportOutOfDate(file: string, kept: string | undefined, command: string): void {
  const name = relative(resolve(import.meta.dirname, '..'), file);
  console.error(`${name} is ${kept === undefined ? 'missing' : 'out of date'}. Run: ${command}`);
  process.exitCode = 1;
}
