import type { Fault } from './fault.ts';
import type { FaultReport } from './run-fault.ts';

export const refusedIn = ({ refused }: FaultReport): number =>
  [...refused.values()].reduce((sum, count) => sum + count, 0);

/** Returns a sentence for each delivery, issue or task that was lost or doubled, and for each limit that was exceeded. */
export function violations({ limits }: Fault, report: FaultReport): string[] {
  const { lost, doubled, unreachable, unanswered } = report;
  const sentences = [...lost.map((one) => `lost: ${one}`), ...doubled.map((one) => `doubled: ${one}`)];
  const figures = {
    unacknowledged: refusedIn(report) + unreachable + unanswered,
    startSeconds: report.startSeconds,
    takeoverSeconds: report.takeoverSeconds,
  };
  for (const [name, limit] of Object.entries(limits)) {
    const figure = figures[name as keyof typeof figures];
    if (figure === undefined) sentences.push(`${name} was not measured`);
    else if (figure > limit) sentences.push(`${name} is ${figure}, and the limit ${limit}`);
  }
  return sentences;
}
