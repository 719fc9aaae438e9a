/** The event that starts a workflow. */
export interface Trigger {
  /** Name of the event, as in the workflow's `on:`. */
  event: string;
  /** Payload of the event: https://docs.github.com/webhooks/webhook-events-and-payloads */
  payload: Readonly<Record<string, unknown>>;
  /** Full name of the workflow's repository. */
  repository: string;
  /** Git ref that the workflow runs for, such as `refs/pull/N/merge` for a pull request. */
  ref: string;
  sha: string;
  /** Login of the person who caused the event. */
  actor: string;
}

/** Returns true for pull requests of forks and of Dependabot, whose workflows get no secrets and a read-only token. */
export function isRestricted({ payload, actor }: Trigger): boolean {
  const { pull_request: pull } = payload as {
    pull_request?: Record<'head' | 'base', { repo: { full_name: string } | null }>;
  };
  if (pull === undefined) return false;
  return actor === 'dependabot[bot]' || pull.head.repo?.full_name !== pull.base.repo?.full_name;
}
