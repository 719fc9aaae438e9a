import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Change,
  type ExternalItem,
  type ExternalRepository,
  UnusablePayloadError,
} from '@commandcenter/integration-kit';
import { createMemoryContext } from '@commandcenter/integration-kit/testing';
import recordedExamples from '@octokit/webhooks-examples' with { type: 'json' };
import { GitHubIntegration } from '../github-integration.ts';
import { handledEvents } from './events.ts';

const examples = recordedExamples as unknown as { name: string; examples: Record<string, unknown>[] }[];
const record = { authType: 'github_app', config: { app_id: 29310, installation_id: 957387 } };

/** Numbers in their JSON form that GitHub never sends, each with the text that the error says about it. */
const odd: readonly [json: string, words: RegExp][] = [
  ['1e30', /is 1e\+30, but must be [\d,]+ or less\./],
  ['1e999', /is beyond what a number can be, but must be a whole number\./],
  ['-1e999', /is beyond what a number can be, but must be a whole number\./],
  ['9007199254740993', /is 9007199254740992, but must be [\d,]+ or less\./],
  ['12345678901234567890', /is 12345678901234567000, but must be [\d,]+ or less\./],
  ['0.5', /is 0\.5, but must be a whole number\./],
  ['-1', /is -1, but must be [01] or more\./],
];

const handle = async (event: string, payload: Record<string, unknown>): Promise<Change[]> => {
  const context = createMemoryContext({ record });
  await new GitHubIntegration(context).handleWebhook(event, payload);
  return context.changes;
};

function numbersOf(value: unknown, depth: number, path: string[] = []): string[][] {
  if (typeof value === 'number') return [path];
  if (depth === 0 || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersOf(inner, depth - 1, [...path, key]));
}

/** Returns the payload with another number at one place, parsed from JSON as the payload of a request is. */
function withNumber(payload: object, path: readonly string[], json: string): Record<string, unknown> {
  const copy = structuredClone(payload) as Record<string, unknown>;
  let inner: Record<string, unknown> = copy;
  for (const key of path.slice(0, -1)) inner = inner[key] as Record<string, unknown>;
  inner[path.at(-1) ?? ''] = '<here>';
  return JSON.parse(JSON.stringify(copy).replace('"<here>"', json)) as Record<string, unknown>;
}

const ID = /^[1-9]\d{0,15}$/;

function assertRepository({ externalId }: ExternalRepository): void {
  if (externalId !== undefined) assert.match(externalId, ID);
}

function assertItem(item: ExternalItem): void {
  assert.match(item.externalId, ID);
  assert.ok(Number.isInteger(item.number) && item.number > 0 && item.number < 2 ** 31);
  if (item.author !== null) assert.match(item.author.id, ID);
  assertRepository(item.repository);
}

function assertStorable(change: Change): void {
  if (change.kind === 'item') assertItem(change.item);
  if (change.kind === 'item_transferred' && change.to !== null) assertItem(change.to);
  if ('externalId' in change) assert.match(change.externalId, ID);
  if ('repository' in change) assertRepository(change.repository);
  if (change.kind === 'analysis_requested') assert.ok(change.pullRequest.number < 2 ** 31);
  if (change.kind === 'branch_pushed' && change.pushedAt !== null) assert.match(change.pushedAt, /^\d{4}-/);
  if (change.kind === 'repository_access_changed') [...change.added, ...change.removed].forEach(assertRepository);
  if (change.kind === 'access_changed' && change.config !== undefined)
    assert.match(String(change.config.installation_id), ID);
}

describe("a number in one of GitHub's payloads that is no number of GitHub's", () => {
  it('reaches no change, and where it is used the refusal names its place and what it is', async () => {
    let refused = 0;
    for (const { name, examples: payloads } of examples.filter((one) => handledEvents.includes(one.name))) {
      for (const payload of payloads) {
        for (const path of numbersOf(payload, 5)) {
          for (const [json, words] of odd) {
            try {
              const changes = await handle(name, withNumber(payload, path, json));
              for (const change of changes) assertStorable(change);
            } catch (error) {
              assert.ok(error instanceof UnusablePayloadError, `${name} ${path.join('/')} ${json}: ${String(error)}`);
              assert.match(error.message, words, `${name} ${path.join('/')} ${json}`);
              refused += 1;
            }
          }
        }
      }
    }
    assert.ok(refused > 1000, String(refused));
  });
});
