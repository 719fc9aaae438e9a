import type { TaskFields } from './task.ts';
import type { TaskRow } from './task-queries.ts';

/** Returns the row of a task that is created now. A field that is not given has its default. */
export function newTaskRow(
  ids: Pick<TaskRow, 'id' | 'project_id'>,
  fields: Partial<TaskFields> & Pick<TaskFields, 'title'>,
  now: Date,
): TaskRow {
  return {
    description: '',
    status: 'todo',
    priority: 'medium',
    assignees: [],
    labels: [],
    due_date: null,
    ...fields,
    ...ids,
    version: 1,
    field_times: {},
    created_at: now,
    updated_at: now,
    completed_at: fields.status === 'done' ? now : null,
    deleted_at: null,
  };
}
