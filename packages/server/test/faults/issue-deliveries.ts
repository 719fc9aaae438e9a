import { createHmac, randomUUID } from 'node:crypto';
import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };

/** A recorded payload of GitHub, in which the issue's values are replaced. */
const recorded = examples.find(({ name }) => name === 'issues')?.examples[0] as { issue: object };

/** Number of deliveries for each issue: it is opened and then edited twice. */
export const VERSIONS = 3;
/** Number of issues whose deliveries take turns, so that the versions of one issue do not follow each other directly. */
const ISSUES_IN_TURN = 10;

export const TITLE = /^Issue (\d+), version (\d+)$/;
const FIRST_TIME = Date.UTC(2026, 0, 2);

export interface IssueDelivery {
  guid: string;
  issue: number;
  version: number;
}

/** Returns the n-th delivery of an endless sequence. */
export function issueDelivery(n: number): IssueDelivery {
  const block = Math.floor(n / (ISSUES_IN_TURN * VERSIONS));
  const place = n % (ISSUES_IN_TURN * VERSIONS);
  return {
    guid: randomUUID(),
    issue: 1 + block * ISSUES_IN_TURN + (place % ISSUES_IN_TURN),
    version: 1 + Math.floor(place / ISSUES_IN_TURN),
  };
}

/** Returns headers and body as GitHub sends them. The same delivery always has the same bytes. */
export function signedDelivery({ guid, issue, version }: IssueDelivery, secret: string) {
  const body = JSON.stringify({
    ...recorded,
    action: version === 1 ? 'opened' : 'edited',
    issue: {
      ...recorded.issue,
      id: 1_000_000 + issue,
      node_id: `I_${issue}`,
      number: issue,
      title: `Issue ${issue}, version ${version}`,
      updated_at: new Date(FIRST_TIME + version * 60_000).toISOString().replace('.000', ''),
    },
  });
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-github-event': 'issues',
    'x-github-delivery': guid,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  return { headers, body };
}
