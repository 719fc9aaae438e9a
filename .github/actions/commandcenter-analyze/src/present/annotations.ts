import type { AnalysisReport, Finding } from '@commandcenter/analyzer';
import { type AnnotationLevel, annotate } from '../runner/log.ts';

/** GitHub shows ten of each level of a step. */
const MOST_OF_A_LEVEL = 9;
const levels: Readonly<Record<Finding['severity'], AnnotationLevel>> = {
  critical: 'error',
  high: 'warning',
  medium: 'warning',
  low: 'notice',
};

/**
 * Shows what the change brings at its lines, the worst first. One place of each level is left for what the step itself has to say. Without
 * a base everything is new: only what is critical is worth a note then.
 *
 * @param isOwn its files are those of the workflow's repository; GitHub would show another's lines in it
 */
export function annotateFindings({ findings, repository }: AnalysisReport, isOwn: boolean): void {
  const shown = new Map<AnnotationLevel, number>();
  for (const { state, severity, path, start_line, end_line, title, message, fix } of findings) {
    if (state !== 'new' || path === null || (repository.base === null && severity !== 'critical')) continue;
    const level = levels[severity];
    const count = shown.get(level) ?? 0;
    if (count >= MOST_OF_A_LEVEL) continue;
    shown.set(level, count + 1);
    annotate(level, fix === undefined ? message : `${message}\n${fix}`, {
      title: `${severity}: ${title}`,
      ...(isOwn ? { file: path, line: start_line ?? 1, ...(end_line === null ? {} : { endLine: end_line }) } : {}),
    });
  }
}
