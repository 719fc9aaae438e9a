import { type FieldError, invalid } from '../errors.ts';
import { countCharacters, tooLong } from '../text-length.ts';
import { canonicalNames, canonicalText } from './canonical-text.ts';
import { namesWithout } from './names.ts';
import { isPriorityLabel } from './priority.ts';
import type { TaskFields } from './task.ts';

/** Limits of a task that a person writes, in Unicode code points or numbers of names. They are GitHub's limits. */
export const taskLimits = {
  title: 256,
  description: 65_536,
  labels: 100,
  /** The most characters of one label. */
  label: 50,
  assignees: 50,
  /** The most characters of one login or name. */
  assignee: 100,
} as const;

/**
 * Converts the fields that a person wrote to the form in which they are stored. Throws ApiError 422 that names each invalid field.
 *
 * @param current the task that is edited. It may have values from the provider that exceed the limits. They are accepted unchanged, so
 * that a client may send the whole task back, and names of its lists may be removed.
 */
export function canonicalTaskFields<Fields extends Partial<TaskFields>>(
  fields: Fields,
  current?: Pick<TaskFields, 'title' | 'description' | 'labels' | 'assignees'>,
): Fields {
  const errors: FieldError[] = [];
  const canonical: Partial<TaskFields> = { ...fields };
  if (fields.title !== undefined) {
    canonical.title = canonicalText(fields.title);
    if (canonical.title !== current?.title) {
      canonical.title = canonical.title.replace(/\s*\n\s*/g, ' ');
      if (canonical.title === '') errors.push({ pointer: '/title', message: 'must not be empty' });
      checkLength(errors, '/title', canonical.title, taskLimits.title);
    }
  }
  if (fields.description !== undefined) {
    canonical.description = canonicalText(fields.description);
    if (canonical.description !== current?.description)
      checkLength(errors, '/description', canonical.description, taskLimits.description);
  }
  if (fields.labels !== undefined) {
    canonical.labels = canonicalNames(fields.labels);
    const limits = { names: taskLimits.labels, name: taskLimits.label };
    // A linked task keeps a label that names a priority as its priority, so such labels are not counted.
    const isCounted = (name: string): boolean => !isPriorityLabel(name);
    checkNames(errors, '/labels', fields.labels, current?.labels ?? [], limits, isCounted);
  }
  if (fields.assignees !== undefined) {
    canonical.assignees = canonicalNames(fields.assignees);
    const limits = { names: taskLimits.assignees, name: taskLimits.assignee };
    checkNames(errors, '/assignees', fields.assignees, current?.assignees ?? [], limits);
  }
  if (errors.length > 0) throw invalid(errors);
  return canonical as Fields;
}

function checkLength(errors: FieldError[], pointer: string, text: string, most: number): void {
  if (countCharacters(text) > most) errors.push({ pointer, message: tooLong(text, most) });
}

/** Adds an error for each name that breaks the limits. Names that the task's list has already are not held against them. */
function checkNames(
  errors: FieldError[],
  pointer: string,
  given: readonly string[],
  current: readonly string[],
  most: { names: number; name: number },
  isCounted: (name: string) => boolean = () => true,
): void {
  const names = canonicalNames(given);
  const added = new Set(namesWithout(names, current));
  const counted = names.filter(isCounted);
  if (counted.length > most.names && counted.some((name) => added.has(name)))
    errors.push({ pointer, message: `must have at most ${most.names} entries; it has ${counted.length}` });
  given.map(canonicalText).forEach((name, index) => {
    if (name === '') errors.push({ pointer: `${pointer}/${index}`, message: 'must not be empty' });
    else if (added.has(name)) checkLength(errors, `${pointer}/${index}`, name, most.name);
  });
}
