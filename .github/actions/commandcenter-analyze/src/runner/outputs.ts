import { randomUUID } from 'node:crypto';
import { appendFileSync, statSync } from 'node:fs';
import type { RunnerEnvironment } from './environment.ts';
import { logLine } from './log.ts';

export type OutputName = 'job-id' | 'status' | 'summary' | 'critical-issues' | 'report-url' | 'sarif-file';

/** Largest summary in bytes. GitHub drops a larger one and fails the step: https://docs.github.com/actions/reference/limits */
const SUMMARY_LIMIT_BYTES = 1024 * 1024;
/** Largest value of one output in bytes. All outputs of a job together may have 1 MiB. */
const OUTPUT_LIMIT_BYTES = 64 * 1024;

export interface Outputs {
  set(name: OutputName, value: string): void;
  /** Returns true if an output with this name has been set. */
  has(name: OutputName): boolean;
  /** Adds Markdown to the job's summary if there is room for it. */
  addSummary(markdown: string): void;
  /** Returns the number of bytes that still fit into the summary. */
  summaryRoom(): number;
}

export function openOutputs({ outputFile, summaryFile }: RunnerEnvironment): Outputs {
  const summaryRoom = (): number =>
    summaryFile === null ? 0 : SUMMARY_LIMIT_BYTES - (statSync(summaryFile, { throwIfNoEntry: false })?.size ?? 0) - 1;
  const names = new Set<OutputName>();
  return {
    has: (name) => names.has(name),
    set(name, value) {
      names.add(name);
      if (outputFile === null) return;
      // The delimiter is random, so that text of a finding cannot contain it and set another output.
      const end = `end-${randomUUID()}`;
      appendFileSync(outputFile, `${name}<<${end}\n${cutBytes(value, OUTPUT_LIMIT_BYTES)}\n${end}\n`);
    },
    addSummary(markdown) {
      if (summaryFile === null || Buffer.byteLength(markdown) > summaryRoom()) return;
      try {
        appendFileSync(summaryFile, `${markdown}\n`);
      } catch (error) {
        logLine(`The job's summary could not be written: ${(error as Error).message}`);
      }
    },
    summaryRoom,
  };
}

/** Returns the longest beginning of the text with at most `most` bytes. */
function cutBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  return new TextDecoder().decode(bytes.subarray(0, most)).replace(/\ufffd+$/, '');
}
