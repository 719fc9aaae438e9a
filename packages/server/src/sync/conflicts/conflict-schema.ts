import Type from 'typebox';
import { Id, Nullable, nullableTimestamp, Strict, Timestamp, timestamp } from '../../http/fields.ts';
import { conflictOutcomes, conflictPolicies } from './conflict.ts';
import type { ConflictObject } from './conflict-queries.ts';

export const ConflictOutcome = Type.Enum([...conflictOutcomes], {
  description:
    "The value that both sides got: the task's (`ours`), the item's (`theirs`) or another one (`merged`). While it is `open`, each side keeps its own value until a person decides.",
});

const fieldValue = (description: string) => Type.Unknown({ description });

export const Conflict = Strict(
  {
    id: Id('Id of the object.'),
    task_id: Id('The task.'),
    link_id: Nullable(Id('The link; null after it was deleted.')),
    field: Type.String({ description: 'The field of the task.' }),
    base: fieldValue('The last value that both sides agreed on.'),
    ours: fieldValue("The task's value."),
    theirs: fieldValue("The item's value."),
    ours_at: Nullable(Timestamp("Time at which the task's value was set, by the provider's clock.")),
    theirs_at: Nullable(Timestamp("Time at which the item's value was set.")),
    ours_by: Nullable(Type.String({ description: "Name of the person who set the task's value." })),
    theirs_by: Nullable(
      Type.String({ description: "Name of the person who set the item's value; null if no webhook named one." }),
    ),
    policy: Type.Enum([...conflictPolicies], {
      description: 'The policy of the integration at the time of the conflict.',
    }),
    outcome: ConflictOutcome,
    value: fieldValue('The decided value where the outcome is merged; otherwise null.'),
    decided_by: Nullable(
      Type.String({ description: 'Who decided it or undid the decision; null where the policy did.' }),
    ),
    decided_at: Nullable(Timestamp('When a person decided it, or both sides were set to the same value.')),
    undone_at: Nullable(Timestamp('When the decision was undone.')),
    at: Timestamp('When it was found.'),
  },
  {
    title: 'Conflict',
    description: 'Both sides had changed a field to different values. Both values are kept here.',
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
        value: null,
        decided_by: null,
        decided_at: null,
        undone_at: null,
        at: '2026-01-31T12:00:07.000Z',
      },
    ],
  },
);

export const conflictView = (conflict: ConflictObject): Type.Static<typeof Conflict> => ({
  id: conflict.id,
  task_id: conflict.task_id,
  link_id: conflict.link_id,
  field: conflict.field,
  base: conflict.base,
  ours: conflict.ours,
  theirs: conflict.theirs,
  ours_by: conflict.ours_by,
  theirs_by: conflict.theirs_by,
  policy: conflict.policy,
  outcome: conflict.outcome,
  value: conflict.value,
  decided_by: conflict.decided_by,
  ours_at: nullableTimestamp(conflict.ours_at),
  theirs_at: nullableTimestamp(conflict.theirs_at),
  decided_at: nullableTimestamp(conflict.decided_at),
  undone_at: nullableTimestamp(conflict.undone_at),
  at: timestamp(conflict.at),
});

export const ConflictDecision = Strict(
  {
    take: Type.Enum(['ours', 'theirs', 'value'], {
      description: "The task's value, the item's value, or the one in `value`.",
    }),
    value: Type.Optional(
      Type.Unknown({ description: 'With `take: "value"`, the new value of the field, in the form that a task has.' }),
    ),
  },
  { title: 'ConflictDecision', examples: [{ take: 'theirs' }, { take: 'value', value: 'Compare databases' }] },
);
