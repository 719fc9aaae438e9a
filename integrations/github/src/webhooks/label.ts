import { Type } from 'typebox';
import { RepositorySchema, toRepository } from '../repository.ts';
import { createReader } from '../schema-reader.ts';
import { actionOf, type EventHandler, ignoreAction } from './event-handler.ts';

const labelEvent = createReader(
  Type.Object({
    label: Type.Object({ name: Type.String() }),
    repository: RepositorySchema,
    changes: Type.Optional(Type.Object({ name: Type.Optional(Type.Object({ from: Type.String() })) })),
  }),
);

/** Handles the webhook event https://docs.github.com/webhooks/webhook-events-and-payloads#label */
export const handleLabel: EventHandler = (payload) => {
  const action = actionOf(payload);
  if (action !== 'edited' && action !== 'deleted') return ignoreAction('label', action);
  const { label, repository: rawRepository, changes } = labelEvent.payload(payload);
  const repository = toRepository(rawRepository);
  if (action === 'deleted') return { changes: [{ kind: 'label_deleted', repository, name: label.name }] };
  const from = changes?.name?.from;
  if (from === undefined || from === label.name) return { ignored: `The label "${label.name}" kept its name.` };
  return { changes: [{ kind: 'label_renamed', repository, from, to: label.name }] };
};
