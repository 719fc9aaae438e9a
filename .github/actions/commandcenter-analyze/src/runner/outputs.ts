import { randomUUID } from 'node:crypto';
import { appendFileSync, statSync } from 'node:fs';
import type { RunnerEnvironment } from './environment.ts';
import { say } from './log.ts';

export type OutputName = 'job-id' | 'status' | 'summary' | 'critical-issues' | 'report-url' | 'sarif-file';

/** GitHub drops a summary that is larger, and fails the step: https://docs.github.com/actions/reference/limits */
const SUMMARY_LIMIT_BYTES = 1024 * 1024;
/** Of one output; all of a job together may have a mebibyte. */
const OUTPUT_LIMIT_BYTES = 64 * 1024;

export interface Outputs {
  set(name: OutputName, value: string): void;
  /** Whether it was set. */
  has(name: OutputName): boolean;
  /** Adds Markdown to the job's summary, as far as there is room. */
  addSummary(markdown: string): void;
  /** Bytes that the summary still takes. */
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
      // Nobody who writes a finding can guess it, and so set another output.
      const end = `end-${randomUUID()}`;
      appendFileSync(outputFile, `${name}<<${end}\n${cutBytes(value, OUTPUT_LIMIT_BYTES)}\n${end}\n`);
    },
    addSummary(markdown) {
      if (summaryFile === null || Buffer.byteLength(markdown) > summaryRoom()) return;
      try {
        appendFileSync(summaryFile, `${markdown}\n`);
      } catch (error) {
        say(`The job's summary cannot be written: ${(error as Error).message}`);
      }
    },
    summaryRoom,
  };
}

/** The longest beginning of the text that has at most so many bytes. */
function cutBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  return new TextDecoder().decode(bytes.subarray(0, most)).replace(/\ufffd+$/, '');
}
