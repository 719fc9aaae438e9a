import { Type } from 'typebox';
import { RepositorySchema, toRepository } from '../repository.ts';
import { createReader } from '../schema-reader.ts';
import type { EventHandler } from './event-handler.ts';

const BRANCH = 'refs/heads/';

/** The fields that we use of a push event. Only in push events is `pushed_at` in seconds since 1970. */
const pushEvent = createReader(
  Type.Object({
    ref: Type.String(),
    after: Type.String(),
    deleted: Type.Optional(Type.Boolean()),
    repository: Type.Object({
      ...RepositorySchema.properties,
      default_branch: Type.String(),
      pushed_at: Type.Optional(Type.Unknown()),
    }),
  }),
);

/** Handles the webhook event https://docs.github.com/webhooks/webhook-events-and-payloads#push */
export const handlePush: EventHandler = (payload) => {
  const { ref, after, deleted = false, repository } = pushEvent.payload(payload);
  if (!ref.startsWith(BRANCH)) return { ignored: `${ref} is not a branch.` };
  const branch = ref.slice(BRANCH.length);
  if (deleted) return { ignored: `The branch ${branch} was deleted.` };
  if (branch !== repository.default_branch)
    return { ignored: `${branch} is not the default branch (${repository.default_branch}).` };
  return {
    changes: [
      {
        kind: 'branch_pushed',
        repository: toRepository(repository),
        branch,
        headSha: after,
        pushedAt: timeOf(repository.pushed_at),
      },
    ],
  };
};

/**
 * Returns a time in seconds since 1970 or as text in RFC 3339, or null if the value is not a time or its year is not between 1 and 9999.
 */
function timeOf(value: unknown): string | null {
  const date =
    typeof value === 'number' ? new Date(value * 1000) : new Date(typeof value === 'string' ? value : Number.NaN);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toISOString() : null;
}
