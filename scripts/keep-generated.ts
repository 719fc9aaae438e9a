import { readFile, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

/** Writes a generated file; with `--check` on the command line it is only compared, and exit code 1 says that it is out of date. */
export async function keepGenerated(file: string, content: string, command: string): Promise<void> {
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
