import { Type } from 'typebox';
import { RepositorySchema, toRepository } from '../repository.ts';
import { createReader } from '../schema-reader.ts';
import { actionOf, type EventHandler, ignoreAction } from './event-handler.ts';

/** Actions that change properties of a repository. `edited` is also sent when the default branch changes. */
const changedActions = new Set(['archived', 'unarchived', 'privatized', 'publicized', 'edited']);

const repositoryEvent = createReader(Type.Object({ repository: RepositorySchema }));
const renamed = createReader(
  Type.Object({
    repository: RepositorySchema,
    changes: Type.Object({ repository: Type.Object({ name: Type.Object({ from: Type.String({ minLength: 1 }) }) }) }),
  }),
);

const FormerOwner = Type.Optional(Type.Union([Type.Object({ login: Type.String({ minLength: 1 }) }), Type.Null()]));
const transferred = createReader(
  Type.Object({
    repository: RepositorySchema,
    changes: Type.Object({
      owner: Type.Object({ from: Type.Object({ user: FormerOwner, organization: FormerOwner }) }),
    }),
  }),
);

/** Handles the webhook event https://docs.github.com/webhooks/webhook-events-and-payloads#repository */
export const handleRepository: EventHandler = (payload) => {
  const action = actionOf(payload);
  if (action === 'deleted' || changedActions.has(action)) {
    const repository = toRepository(repositoryEvent.payload(payload).repository);
    return { changes: [{ kind: action === 'deleted' ? 'repository_deleted' : 'repository_changed', repository }] };
  }
  if (action === 'renamed') {
    const { repository: raw, changes } = renamed.payload(payload);
    const repository = toRepository(raw);
    return {
      changes: [
        {
          kind: 'repository_renamed',
          repository,
          from: { owner: repository.owner, name: changes.repository.name.from },
        },
      ],
    };
  }
  if (action !== 'transferred') return ignoreAction('repository', action);
  const { repository: raw, changes } = transferred.payload(payload);
  const repository = toRepository(raw);
  const owner = changes.owner.from.organization?.login ?? changes.owner.from.user?.login;
  if (owner === undefined)
    return { ignored: `${repository.owner}/${repository.name} was transferred from an owner that is not named.` };
  return { changes: [{ kind: 'repository_renamed', repository, from: { owner, name: repository.name } }] };
};
