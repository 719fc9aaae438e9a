import { canonicalNames, canonicalText } from '../../domain/projection.ts';
import type { TaskFields } from '../../domain/task.ts';
import { type FieldError, invalid } from '../../errors.ts';

/** What a task may hold when a person writes it. GitHub's own limits, less room for the create marker. */
export const taskLimits = {
  title: 256,
  description: 65_000,
  labels: 100,
  /** Characters of one label. */
  label: 50,
  assignees: 50,
  /** Characters of one login or name. */
  assignee: 100,
} as const;

/** Brings what a person wrote into the form that is kept; throws 422 naming each field that cannot be. */
export function canonicalTaskFields<Fields extends Partial<TaskFields>>(fields: Fields): Fields {
  const errors: FieldError[] = [];
  const canonical: Partial<TaskFields> = { ...fields };
  if (fields.title !== undefined) {
    canonical.title = canonicalText(fields.title).replace(/\s*\n\s*/g, ' ');
    if (canonical.title === '') errors.push({ pointer: '/title', message: 'must not be empty' });
    checkLength(errors, '/title', canonical.title, taskLimits.title);
  }
  if (fields.description !== undefined) {
    canonical.description = canonicalText(fields.description);
    checkLength(errors, '/description', canonical.description, taskLimits.description);
  }
  if (fields.labels !== undefined) {
    canonical.labels = canonicalNames(fields.labels);
    checkNames(errors, '/labels', fields.labels, canonical.labels, taskLimits.labels, taskLimits.label);
  }
  if (fields.assignees !== undefined) {
    canonical.assignees = canonicalNames(fields.assignees);
    checkNames(errors, '/assignees', fields.assignees, canonical.assignees, taskLimits.assignees, taskLimits.assignee);
  }
  if (errors.length > 0) throw invalid(errors);
  return canonical as Fields;
}

function checkLength(errors: FieldError[], pointer: string, text: string, longest: number): void {
  if (text.length > longest)
    errors.push({ pointer, message: `must be at most ${longest} characters long; it has ${text.length}` });
}

function checkNames(
  errors: FieldError[],
  pointer: string,
  given: string[],
  names: string[],
  most: number,
  longest: number,
): void {
  if (names.length > most) errors.push({ pointer, message: `must be at most ${most}; there are ${names.length}` });
  given.forEach((name, index) => {
    if (canonicalText(name) === '') errors.push({ pointer: `${pointer}/${index}`, message: 'must not be empty' });
    else checkLength(errors, `${pointer}/${index}`, canonicalText(name), longest);
  });
}
