import type { AnalysisReport, Finding } from '@commandcenter/analyzer';
import { type AnnotationLevel, annotate } from '../runner/log.ts';

/** Number of annotations of one level. GitHub shows ten per level and step, and one is reserved for the step's own message. */
const MAX_OF_A_LEVEL = 9;
const levels: Readonly<Record<Finding['severity'], AnnotationLevel>> = {
  critical: 'error',
  high: 'warning',
  medium: 'warning',
  low: 'notice',
};

/**
 * Annotates the lines of new findings, most severe first. Without a base every finding is new, so only critical ones are annotated.
 *
 * @param isOwn true if the files belong to the workflow's repository; GitHub would show lines of another repository in the wrong files
 */
export function annotateFindings({ findings, repository }: AnalysisReport, isOwn: boolean): void {
  const shown = new Map<AnnotationLevel, number>();
  for (const { state, severity, path, start_line, end_line, title, message, fix } of findings) {
    if (state !== 'new' || path === null || (repository.base === null && severity !== 'critical')) continue;
    const level = levels[severity];
    const count = shown.get(level) ?? 0;
    if (count >= MAX_OF_A_LEVEL) continue;
    shown.set(level, count + 1);
    annotate(level, fix === undefined ? message : `${message}\n${fix}`, {
      title: `${severity}: ${title}`,
      ...(isOwn ? { file: path, line: start_line ?? 1, ...(end_line === null ? {} : { endLine: end_line }) } : {}),
    });
  }
}
