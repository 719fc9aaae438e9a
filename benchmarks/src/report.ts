import { cpus } from 'node:os';

export function heading(text: string): void {
  console.log(`\n${text}\n${'-'.repeat(text.length)}`);
}

/** Returns a description of the machine, for readers of the figures. */
export function describeMachine(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Prints a figure with its goal, and returns true if the goal is met. Otherwise the process will end with exit code 1. */
export function figure(
  name: string,
  value: number,
  unit: string,
  goal: { atLeast: number } | { atMost: number },
): boolean {
  const met = 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
  const wanted = 'atLeast' in goal ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`;
  console.log(`${met ? 'ok  ' : 'MISS'} ${name}: ${format(value)}${unit === '' ? '' : ` ${unit}`} (goal: ${wanted})`);
  if (!met) process.exitCode = 1;
  return met;
}

export function format(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2);
}
