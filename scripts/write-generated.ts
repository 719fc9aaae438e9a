import { readFile, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

/** Writes a generated file. With `--check` on the command line it only compares, and sets exit code 1 if the file is out of date. */
export async function writeGenerated(file: string, content: string, command: string): Promise<void> {
  if (!process.argv.includes('--check')) {
    await writeFile(file, content);
    return;
  }
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept === content) return;
  const name = relative(resolve(import.meta.dirname, '..'), file);
  console.error(`${name} is ${kept === undefined ? 'missing' : 'out of date'}. Run: ${command}`);
  process.exitCode = 1;
}
