import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnusablePayloadError } from '@commandcenter/integration-kit';
import { createMemoryContext } from '@commandcenter/integration-kit/testing';
import recordedExamples from '@octokit/webhooks-examples' with { type: 'json' };
import { GitHubIntegration } from '../github-integration.ts';
import { handledEvents } from './events.ts';
import { webhookHints } from './hints.ts';

/** Cast because the types of `@octokit/webhooks-examples` describe single payloads, although the package exports a list of all examples. */
const examples = recordedExamples as unknown as { name: string; examples: Record<string, unknown>[] }[];
const recorded = examples.flatMap(({ name, examples: payloads }) => payloads.map((payload) => ({ name, payload })));

/** The App and the installation in most of the recorded payloads. */
const record = { authType: 'github_app', config: { app_id: 29310, installation_id: 957387 } };

const handle = async (event: string, payload: Record<string, unknown>) => {
  const context = createMemoryContext({ record });
  const result = await new GitHubIntegration(context).handleWebhook(event, payload);
  return { result, changes: context.changes };
};

describe("GitHub's recorded payloads", () => {
  it('are all handled or ignored with a reason', async () => {
    assert.ok(recorded.length >= 329);
    for (const { name, payload } of recorded) {
      const { result, changes } = await handle(name, payload);
      if (result.status === 'ignored') assert.match(result.reason ?? '', /\w+ .+\.$/, name);
      else assert.ok(changes.length > 0, `${name} ${String(payload.action)}`);
    }
  });

  it('produce hints without throwing', () => {
    for (const { payload } of recorded) webhookHints({}, payload);
    for (const odd of [null, 1, 'x', [], { repository: null }, { installation: { id: {} } }])
      assert.deepEqual(webhookHints({}, odd), []);
  });

  it('are unusable if any used field is missing or has another type, and the error names the field', async () => {
    for (const { name, payload } of recorded.filter((one) => handledEvents.includes(one.name))) {
      for (const path of pathsOf(payload, 3)) {
        for (const wrong of [undefined, null, 0, 'x', [], {}]) {
          await handle(name, replaced(payload, path, wrong)).catch((error: unknown) => {
            assert.ok(error instanceof UnusablePayloadError, `${name} ${path.join('/')}: ${String(error)}`);
            assert.match(error.message, /^The payload's \//);
          });
        }
      }
    }
  });
});

function pathsOf(value: unknown, depth: number, path: string[] = []): string[][] {
  if (depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [...path, key],
    ...pathsOf(inner, depth - 1, [...path, key]),
  ]);
}

function replaced(
  value: Record<string, unknown>,
  [key = '', ...rest]: string[],
  wrong: unknown,
): Record<string, unknown> {
  const inner = rest.length === 0 ? wrong : replaced(value[key] as Record<string, unknown>, rest, wrong);
  return { ...value, [key]: inner };
}
