/** What set a workflow off. */
export interface Trigger {
  /** As in `on:`. */
  event: string;
  /** Of the webhook: https://docs.github.com/webhooks/webhook-events-and-payloads */
  payload: Readonly<Record<string, unknown>>;
  /** `owner/name` of the workflow's repository. */
  repository: string;
  /** Of a pull request `refs/pull/N/merge`. */
  ref: string;
  sha: string;
  /** Who did it. */
  actor: string;
}

/** Pull requests of forks and of Dependabot get no secrets, and a token that only reads. */
export function isRestricted({ payload, actor }: Trigger): boolean {
  const { pull_request: pull } = payload as {
    pull_request?: Record<'head' | 'base', { repo: { full_name: string } | null }>;
  };
  if (pull === undefined) return false;
  return actor === 'dependabot[bot]' || pull.head.repo?.full_name !== pull.base.repo?.full_name;
}
