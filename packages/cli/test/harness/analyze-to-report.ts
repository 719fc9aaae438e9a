import assert from 'node:assert/strict';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { type Outcome, type RunOptions, runCommandcenter } from './run-commandcenter.ts';

export interface Analysed extends Omit<Outcome, 'stdout'> {
  report: AnalysisReport;
}

/** `commandcenter analyze <place> …` that comes to a report, without a network, without anything kept from before. */
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

/** What an engine says of itself. */
export function engineOf({ result }: AnalysisReport, name: string): AnalysisReport['result']['engines'][number] {
  return result.engines.find((engine) => engine.name === name) ?? assert.fail(`${name} did not run`);
}

/** Why engines saw less than they should, by name. */
export const incompleteOf = ({ result }: AnalysisReport): Record<string, string> =>
  Object.fromEntries(
    result.engines.filter(({ complete }) => !complete).map(({ name, reason = '' }) => [name, reason] as const),
  );

/** A secret that was never valid, in two parts: it is to be found in what is analysed and not in these tests. */
export const plantedSecret = (end = 'LKP'): string =>
  `export const key = '${['AKIA', `Z3MHTGVZQ7FJ2${end}`].join('')}';\n`;
