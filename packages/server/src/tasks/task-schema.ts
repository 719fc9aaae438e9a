import Type from 'typebox';
import { Id, Nullable, nullableTimestamp, Strict, Timestamp, timestamp } from '../http/fields.ts';
import { grouped } from '../text-length.ts';
import { linkSyncStates, taskPriorities, taskStatuses } from './task.ts';
import type { HistoryEntry } from './task-history-queries.ts';
import { taskLimits } from './task-input.ts';
import type { TaskObject } from './task-object-queries.ts';

export const TaskStatusName = Type.Enum([...taskStatuses]);
export const TaskPriorityName = Type.Enum([...taskPriorities]);
export const SyncStateName = Type.Enum([...linkSyncStates]);

const TaskLink = Strict(
  {
    integration_id: Id('The integration that syncs it.'),
    integration_type: Type.String({ examples: ['github'] }),
    external_id: Nullable(Type.String({ description: "The provider's id; null until the item is created." })),
    number: Nullable(Type.Integer()),
    url: Nullable(Type.String({ description: 'For people.' })),
    repository: Nullable(Type.String({ description: 'owner/name', examples: ['my-org/my-repo'] })),
    state: Nullable(Type.String({ description: 'State of the item at the provider.' })),
    sync_state: SyncStateName,
    last_error: Nullable(
      Type.String({ description: 'The reason why it does not sync, as the provider states it; null while it does.' }),
    ),
    last_error_class: Nullable(Type.String({ description: 'The class of that error, as for integrations.' })),
    remedy: Nullable(Type.String({ description: 'What a person can do about it.' })),
    last_synced_at: Nullable(Timestamp('Time at which both sides were last equal.')),
  },
  { title: 'TaskLink', description: 'The link of a task to an item of a provider.' },
);

const someText = { minLength: 1, pattern: '\\S', 'x-expected': 'more than spaces' };
const names = (most: number, longest: number, description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: longest }), { maxItems: most, description });

/** Values from the provider may exceed the limits, so the lengths of an edit are checked where the task is known. */
const exceptUnchanged = (limit: string): string => `${limit}, apart from what the task has already.`;
const editedNames = (most: number, longest: number, description: string) =>
  Type.Array(Type.String({ minLength: 1 }), {
    description: `${description} ${exceptUnchanged(`At most ${most} of ${longest} characters each`)}`,
  });

const dueDate = Nullable(Type.String({ format: 'date', examples: ['2026-02-28'] }));

const example = {
  id: 456,
  project_id: 1,
  title: 'Compare vector databases',
  description: 'Which one fits **our** load?',
  status: 'todo',
  priority: 'high',
  assignees: ['octocat'],
  labels: ['research'],
  due_date: '2026-02-28',
  links: [
    {
      integration_id: 1,
      integration_type: 'github',
      external_id: '1047893741',
      number: 124,
      url: 'https://github.com/my-org/my-repo/issues/124',
      repository: 'my-org/my-repo',
      state: 'open',
      sync_state: 'in_sync',
      last_error: null,
      last_error_class: null,
      remedy: null,
      last_synced_at: '2026-01-31T12:00:02.000Z',
    },
  ],
  created_at: '2026-01-31T12:00:00.000Z',
  updated_at: '2026-01-31T12:00:00.000Z',
  completed_at: null,
  version: 1,
};

export const Task = Strict(
  {
    id: Id('Id of the object.'),
    project_id: Id('The project it belongs to.'),
    title: Type.String(),
    description: Type.String({ description: 'Markdown.' }),
    status: TaskStatusName,
    priority: TaskPriorityName,
    assignees: Type.Array(Type.String()),
    labels: Type.Array(Type.String()),
    due_date: dueDate,
    links: Type.Array(TaskLink),
    created_at: Timestamp('Time of creation.'),
    updated_at: Timestamp('Time of the last change.'),
    completed_at: Nullable(Timestamp('Time at which it became `done`.')),
    version: Type.Integer({ minimum: 1, description: 'Incremented by every change. The `ETag` is made from it.' }),
  },
  { title: 'Task', description: 'A research task.', examples: [example] },
);

export const TaskInput = Strict(
  {
    project_id: Id('The project it belongs to.'),
    title: Type.String({ ...someText, maxLength: taskLimits.title }),
    description: Type.Optional(Type.String({ maxLength: taskLimits.description, description: 'Markdown.' })),
    status: Type.Optional(TaskStatusName),
    priority: Type.Optional(TaskPriorityName),
    assignees: Type.Optional(names(taskLimits.assignees, taskLimits.assignee, 'Logins or names.')),
    labels: Type.Optional(names(taskLimits.labels, taskLimits.label, 'Names of labels.')),
    due_date: Type.Optional(dueDate),
  },
  {
    title: 'TaskInput',
    examples: [{ project_id: 1, title: 'Compare vector databases', priority: 'high', labels: ['research'] }],
  },
);

export const TaskPatch = Strict(
  {
    title: Type.Optional(
      Type.String({ ...someText, description: exceptUnchanged(`At most ${taskLimits.title} characters`) }),
    ),
    description: Type.Optional(
      Type.String({
        description: `Markdown. ${exceptUnchanged(`At most ${grouped(taskLimits.description)} characters`)}`,
      }),
    ),
    status: Type.Optional(TaskStatusName),
    priority: Type.Optional(TaskPriorityName),
    assignees: Type.Optional(
      editedNames(taskLimits.assignees, taskLimits.assignee, 'Logins or names; they replace the list.'),
    ),
    labels: Type.Optional(editedNames(taskLimits.labels, taskLimits.label, 'Names of labels; they replace the list.')),
    due_date: Type.Optional(dueDate),
  },
  { title: 'TaskPatch', minProperties: 1, examples: [{ status: 'done' }] },
);

export const Actor = Strict(
  {
    type: Type.Enum(['user', 'token', 'integration', 'system']),
    id: Nullable(Type.Integer()),
    name: Type.String(),
  },
  { title: 'Actor', description: 'The user, token or integration that made a change.' },
);

export const TaskHistoryEntry = Strict(
  {
    id: Id('Id of the object.'),
    version: Type.Integer({ description: "The task's version after the change." }),
    at: Timestamp('When.'),
    actor: Actor,
    delivery_id: Nullable(Id('The delivery that caused the change; null if it was no webhook.')),
    origin: Nullable(
      Strict(
        {
          kind: Type.Enum(['edit', 'webhook', 'poll', 'import', 'read', 'write', 'conflict']),
          by: Type.Optional(
            Nullable(
              Type.String({
                description:
                  'The person or token, or the person at the provider where a webhook names one; null: nobody is known.',
              }),
            ),
          ),
          delivery_id: Type.Optional(Id('The delivery that caused the change; null if it was no webhook.')),
          link_id: Type.Optional(Id('The link that the change came from.')),
        },
        { description: 'The way the change arrived; null for entries of earlier versions.' },
      ),
    ),
    changes: Type.Array(
      Strict({
        field: Type.String({ description: 'A field of the task, `created`, or `link`.' }),
        from: Type.Optional(Type.Unknown()),
        to: Type.Optional(Type.Unknown()),
        detail: Type.Optional(Type.String({ description: 'The reason, for people.' })),
        conflict: Type.Optional(
          Strict(
            { winner: Type.Enum(['task', 'remote']), lost: Type.Unknown() },
            { description: 'Set if both sides had changed the field: the side that won, and the value that lost.' },
          ),
        ),
      }),
    ),
  },
  {
    title: 'TaskHistoryEntry',
    examples: [
      {
        id: 7,
        version: 2,
        at: '2026-01-31T12:05:00.000Z',
        actor: { type: 'integration', id: 1, name: 'GitHub: my-org' },
        delivery_id: 31,
        origin: { kind: 'webhook', by: 'octocat', delivery_id: 31, link_id: 3 },
        changes: [{ field: 'status', from: 'todo', to: 'done' }],
      },
    ],
  },
);

const conflictRemedy = (taskId: number): string =>
  `A field was edited on both sides. GET /api/v1/conflicts?task_id=${taskId}&outcome=open shows it, and POST /api/v1/conflicts/{id}/decide decides it.`;

export const taskView = (task: TaskObject): Type.Static<typeof Task> => ({
  id: task.id,
  project_id: task.project_id,
  title: task.title,
  description: task.description,
  status: task.status,
  priority: task.priority,
  assignees: task.assignees,
  labels: task.labels,
  due_date: task.due_date,
  links: task.links.map((link) => ({
    integration_id: link.integration_id,
    integration_type: link.integration_type,
    external_id: link.external_id,
    number: link.number,
    url: link.url,
    repository: link.repository,
    state: link.state,
    sync_state: link.sync_state,
    last_error: link.last_error,
    last_error_class: link.last_error_class,
    remedy: link.sync_state === 'conflict' ? conflictRemedy(task.id) : link.remedy,
    last_synced_at: nullableTimestamp(link.last_synced_at),
  })),
  created_at: timestamp(task.created_at),
  updated_at: timestamp(task.updated_at),
  completed_at: nullableTimestamp(task.completed_at),
  version: task.version,
});

export const historyView = (entry: HistoryEntry): Type.Static<typeof TaskHistoryEntry> => ({
  id: entry.id,
  version: entry.version,
  at: timestamp(entry.at),
  actor: entry.actor,
  delivery_id: entry.delivery_id,
  origin: entry.origin,
  changes: entry.changes,
});
