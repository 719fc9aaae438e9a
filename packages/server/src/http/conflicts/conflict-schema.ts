import Type from 'typebox';
import type { ConflictObject } from '../../sync/conflict-queries.ts';
import { Id, Nullable, nullableTimestamp, Strict, Timestamp, timestamp } from '../fields.ts';

export const ConflictOutcome = Type.Enum(['open', 'ours', 'theirs', 'merged'], {
  description: "Whose value both sides have: the task's (ours) or the item's (theirs).",
});

const fieldValue = (description: string) => Type.Unknown({ description });

export const Conflict = Strict(
  {
    id: Id('Its id.'),
    task_id: Id('The task.'),
    link_id: Nullable(Id('The link; null once it was removed.')),
    field: Type.String({ description: 'A field of the task, as it is synced.' }),
    base: fieldValue('The last value that both sides agreed on.'),
    ours: fieldValue("The task's value."),
    theirs: fieldValue("The item's value."),
    ours_at: Nullable(Timestamp("When the task's value was set, on the other side's clock.")),
    theirs_at: Nullable(Timestamp("When the item's value was set.")),
    ours_by: Nullable(Type.String({ description: "Who set the task's value." })),
    theirs_by: Nullable(Type.String({ description: "Who set the item's value, where a webhook said so." })),
    policy: Type.Enum(['newest', 'remote', 'local', 'manual']),
    outcome: ConflictOutcome,
    at: Timestamp('When it was found.'),
  },
  {
    title: 'Conflict',
    description: 'Both sides had changed a field to different values. The value that lost is kept here.',
    examples: [
      {
        id: 4,
        task_id: 456,
        link_id: 3,
        field: 'title',
        base: 'Compare databases',
        ours: 'Compare vector databases',
        theirs: 'Compare graph databases',
        ours_at: '2026-01-31T12:00:00.000Z',
        theirs_at: '2026-01-31T12:00:05.000Z',
        ours_by: 'ann',
        theirs_by: 'octocat',
        policy: 'newest',
        outcome: 'theirs',
        at: '2026-01-31T12:00:07.000Z',
      },
    ],
  },
);

export const conflictView = (conflict: ConflictObject): Type.Static<typeof Conflict> => ({
  ...conflict,
  policy: conflict.policy as Type.Static<typeof Conflict>['policy'],
  ours_at: nullableTimestamp(conflict.ours_at),
  theirs_at: nullableTimestamp(conflict.theirs_at),
  at: timestamp(conflict.at),
});
