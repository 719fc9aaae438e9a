import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, isSystemError } from './cli-error.ts';

/** Prints a text and a line feed, as fast as it is read: that of a large report is not kept for a slow reader. */
export async function printPieces(pieces: Iterable<string>, stdout: NodeJS.WritableStream): Promise<void> {
  try {
    await pipeline(Readable.from(asLine(pieces)), stdout, { end: false });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // Who reads has seen enough (`| head`).
    if (error.code === 'EPIPE') return;
    throw new CliError('output.failed', 3, `The result could not be written: ${error.message}.`, error);
  }
}

function* asLine(pieces: Iterable<string>): Generator<string> {
  yield* pieces;
  yield '\n';
}
