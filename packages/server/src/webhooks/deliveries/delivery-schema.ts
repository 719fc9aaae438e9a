import Type from 'typebox';
import { Id, Nullable, nullableTimestamp, Strict, Timestamp, timestamp } from '../../http/fields.ts';
import { type DeliveryRow, deliveryStatuses } from './delivery-queries.ts';
import type { Replay } from './replay.ts';

export const DeliveryStatusName = Type.Enum([...deliveryStatuses]);

const Effect = Type.Object(
  {
    kind: Type.String({ examples: ['task_created'] }),
    task_id: Type.Optional(Type.Integer()),
    link_id: Type.Optional(Type.Integer()),
    repository_id: Type.Optional(Type.Integer()),
    job_id: Type.Optional(Type.Integer()),
    fields: Type.Optional(Type.Array(Type.String({ description: 'Names of the changed fields of the task.' }))),
    detail: Type.Optional(Type.String({ description: 'The reason, for people.' })),
  },
  {
    title: 'Effect',
    additionalProperties: false,
    description: 'A change that a delivery made, or would make in a dry run.',
  },
);

export const Delivery = Strict(
  {
    id: Id('Id of the object.'),
    integration_id: Nullable(Id('The integration that received it; null if none is known.')),
    integration_type: Type.String({ examples: ['github'] }),
    project_id: Nullable(Id('The project of the integration.')),
    event: Type.String({ examples: ['issues'] }),
    action: Nullable(Type.String({ examples: ['opened'] })),
    delivery_guid: Type.String({ description: 'The id that the sender gave the delivery.' }),
    received_at: Timestamp('Time of receipt.'),
    processed_at: Nullable(Timestamp('Time at which it was processed.')),
    status: DeliveryStatusName,
    attempts: Type.Integer({ minimum: 0 }),
    reason: Nullable(Type.String({ description: 'The reason why it changed something, or nothing.' })),
    effects: Type.Array(Effect),
    repository: Nullable(Type.String({ examples: ['my-org/my-repo'] })),
    item_number: Nullable(Type.Integer()),
    title: Nullable(Type.String()),
    sender: Nullable(Type.String()),
    body_size: Type.Integer({ description: 'Bytes.' }),
  },
  {
    title: 'Delivery',
    description: 'A received webhook, or an attempt that did not verify (`rejected`, without its body).',
    examples: [
      {
        id: 31,
        integration_id: 1,
        integration_type: 'github',
        project_id: 1,
        event: 'issues',
        action: 'opened',
        delivery_guid: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
        received_at: '2026-01-31T12:00:00.000Z',
        processed_at: '2026-01-31T12:00:00.050Z',
        status: 'processed',
        attempts: 1,
        reason: null,
        effects: [{ kind: 'task_created', task_id: 456, link_id: 12 }],
        repository: 'my-org/my-repo',
        item_number: 123,
        title: 'Compare vector databases',
        sender: 'octocat',
        body_size: 11_600,
      },
    ],
  },
);

export const ReplayResult = Strict(
  {
    delivery_id: Id('The delivery.'),
    dry_run: Type.Boolean({ description: 'Nothing was kept.' }),
    status: DeliveryStatusName,
    reason: Nullable(Type.String()),
    effects: Type.Array(Effect),
  },
  {
    title: 'ReplayResult',
    examples: [
      {
        delivery_id: 31,
        dry_run: true,
        status: 'processed',
        reason: null,
        effects: [{ kind: 'task_unchanged', task_id: 456 }],
      },
    ],
  },
);

export const deliveryView = (row: DeliveryRow): Type.Static<typeof Delivery> => ({
  id: row.id,
  integration_id: row.integration_id,
  integration_type: row.integration_type,
  project_id: row.project_id,
  event: row.event,
  action: row.action,
  delivery_guid: row.delivery_guid,
  received_at: timestamp(row.received_at),
  processed_at: nullableTimestamp(row.processed_at),
  status: row.status,
  attempts: row.attempts,
  reason: row.reason,
  effects: row.effects,
  repository: row.repository,
  item_number: row.item_number,
  title: row.title,
  sender: row.sender,
  body_size: row.body_size,
});

export const replayView = (replay: Replay): Type.Static<typeof ReplayResult> => ({
  delivery_id: replay.delivery_id,
  dry_run: replay.dry_run,
  status: replay.status,
  reason: replay.reason,
  effects: replay.effects,
});
