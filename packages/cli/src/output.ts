import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { type Command, InvalidArgumentError } from 'commander';
import { CliError, isSystemError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';

/** Prints the value as JSON if the option `--json` is set, otherwise the text. */
export function printResult(command: Command, terminal: Terminal, value: unknown, text: () => string): void {
  const { json } = command.optsWithGlobals<{ json: boolean }>();
  terminal.stdout.write(`${json ? JSON.stringify(value, null, 2) : text()}\n`);
}

/**
 * Formats rows as columns that are as wide as their widest cell. Control characters are removed, because cells contain text from strangers
 * and go to a terminal.
 */
export function table(header: string[], rows: (string | number | null | undefined)[][]): string {
  const lines = [header, ...rows].map((row) => row.map((cell) => stripControlCharacters(String(cell ?? ''))));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function stripControlCharacters(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are the ones to remove.
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** Parses an option that must be a whole number of at least 1. */
export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

/**
 * Prints the chunks and a line feed. Waits for a slow reader, so that a large report is never buffered as a whole. Throws `CliError` if the
 * output cannot be written.
 */
export async function printChunks(chunks: Iterable<string>, stdout: NodeJS.WritableStream): Promise<void> {
  try {
    await pipeline(Readable.from(withLineFeed(chunks)), stdout, { end: false });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // The reader closed the pipe because it has seen enough, as `head` does.
    if (error.code === 'EPIPE') return;
    throw new CliError('output.failed', 3, `The result could not be written: ${error.message}.`, error);
  }
}

function* withLineFeed(chunks: Iterable<string>): Generator<string> {
  yield* chunks;
  yield '\n';
}
