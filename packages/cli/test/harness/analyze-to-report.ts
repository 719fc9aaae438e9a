import assert from 'node:assert/strict';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { type Outcome, type RunOptions, runCommandcenter } from './run-commandcenter.ts';

export interface Analysed extends Omit<Outcome, 'stdout'> {
  report: AnalysisReport;
}

/**
 * Runs `commandcenter analyze <place> …` without network and cache, and returns its report. Fails if the command ended without a report.
 */
export async function analyzeToReport(
  place: string,
  options: readonly string[] = [],
  run: RunOptions = {},
): Promise<Analysed> {
  const { stdout, ...outcome } = await runCommandcenter(
    ['analyze', place, '--offline', '--no-cache', '--format', 'json', ...options],
    run,
  );
  assert.ok(outcome.code === 0 || outcome.code === 1, `it ended with ${outcome.code}: ${outcome.stderr}`);
  return { ...outcome, report: JSON.parse(stdout) as AnalysisReport };
}

/** Returns the entry of one engine in the report. */
export function engineOf({ result }: AnalysisReport, name: string): AnalysisReport['result']['engines'][number] {
  return result.engines.find((engine) => engine.name === name) ?? assert.fail(`${name} did not run`);
}

/** Returns the reason of each incomplete engine, by the engine's name. */
export const incompleteOf = ({ result }: AnalysisReport): Record<string, string> =>
  Object.fromEntries(
    result.engines.filter(({ complete }) => !complete).map(({ name, reason = '' }) => [name, reason] as const),
  );

/**
 * Returns a line of code with a secret that was never valid. It is joined from two parts, so that an analysis of this repository does not
 * find it here.
 */
export const plantedSecret = (end = 'LKP'): string =>
  `export const key = '${['AKIA', `Z3MHTGVZQ7FJ2${end}`].join('')}';\n`;
