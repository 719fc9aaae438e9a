import { parseArgs } from 'node:util';
import { faults } from './faults.ts';
import { refusedIn, violations } from './limits.ts';
import { type FaultReport, runFault } from './run-fault.ts';

/**
 * `npm run faults [-- --only server-killed,disk-full] [--rate 100]` injects each fault into the real processes while an honest sender
 * sends deliveries. Prints a table, and exits with 1 if an acknowledged delivery was lost or doubled or a limit was exceeded.
 */
const { values } = parseArgs({ options: { only: { type: 'string' }, rate: { type: 'string', default: '100' } } });
if (process.platform !== 'linux') throw new Error('Faults are injected on Linux only.');
const names = values.only?.split(',');
const unknown = names?.filter((name) => !faults.some((fault) => fault.name === name)) ?? [];
if (unknown.length > 0) throw new Error(`There is no fault ${unknown}; there are ${faults.map(({ name }) => name)}.`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const COLUMNS = [
  'fault',
  'sent',
  'acknowledged',
  'lost',
  'doubled',
  'refused',
  'could not connect',
  'no response',
  'longest pause (s)',
  'slowest start (s)',
  'taken over (s)',
  'all worked off (s)',
];
const failures: string[] = [];

console.log(`| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}`);
for (const fault of faults.filter(({ name }) => names?.includes(name) ?? true)) {
  const reason = fault.reasonToSkip?.();
  if (reason !== undefined) {
    console.log(`| ${fault.name} | skipped: ${reason} |`);
    continue;
  }
  try {
    const report = await runFault(fault, { perSecond: Number(values.rate), seed: true });
    console.log(`| ${cellsOf(report).join(' | ')} |`);
    failures.push(...violations(fault, report).map((sentence) => `${fault.name}: ${sentence}`));
  } catch (error) {
    console.log(`| ${fault.name} | failed |`);
    failures.push(`${fault.name}: ${(error as Error).stack}`);
  }
}
for (const failure of failures) console.log(failure);
process.exit(failures.length === 0 ? 0 : 1);

function cellsOf(report: FaultReport): (string | number)[] {
  const seconds = (value: number | undefined): string => value?.toFixed(1) ?? '';
  const causes = [...report.refused].map(([cause, count]) => `${count} × ${cause}`).join(', ');
  return [
    report.name,
    report.sent,
    report.acknowledged,
    report.lost.length,
    report.doubled.length,
    causes === '' ? 0 : `${refusedIn(report)} (${causes})`,
    report.unreachable,
    report.unanswered,
    seconds(report.pauseSeconds),
    seconds(report.startSeconds),
    seconds(report.takeoverSeconds),
    seconds(report.workedOffSeconds),
  ];
}
