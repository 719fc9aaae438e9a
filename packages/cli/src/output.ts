import { stripVTControlCharacters } from 'node:util';
import { type Command, InvalidArgumentError } from 'commander';
import type { Terminal } from './command-line.ts';

/** Prints the value as JSON where `--json` was given, else as `text` says. */
export function printResult(command: Command, terminal: Terminal, value: unknown, text: () => string): void {
  const { json } = command.optsWithGlobals<{ json: boolean }>();
  terminal.stdout.write(`${json ? JSON.stringify(value, null, 2) : text()}\n`);
}

/** Columns as wide as their widest cell. What others have written is cleared of control characters: it goes to a terminal. */
export function table(header: string[], rows: (string | number | null | undefined)[][]): string {
  const lines = [header, ...rows].map((row) => row.map((cell) => clean(String(cell ?? ''))));
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

export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out.
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** For options that are a whole number from 1. */
export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
