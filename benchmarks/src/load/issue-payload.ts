import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };

/** Returns the recorded `issues` payload whose size is nearest to `bytes`. */
export function recordedIssuePayload(bytes: number): string {
  const payloads = (examples as { name: string; examples: unknown[] }[])
    .filter(({ name }) => name === 'issues')
    .flatMap((entry) => entry.examples.map((example) => JSON.stringify(example)));
  const [nearest] = payloads.sort((a, b) => Math.abs(a.length - bytes) - Math.abs(b.length - bytes));
  if (nearest === undefined) throw new Error('@octokit/webhooks-examples holds no issues payload');
  return nearest;
}

/** Returns a function that changes the payload to an edit of issue `number` at `updatedAt`, without parsing the payload every time. */
export function issueVariants(payload: string): (number: number, updatedAt: Date, edit: number) => string {
  const recorded = JSON.parse(payload) as { action: string; issue: Record<string, unknown> };
  const marked = JSON.stringify({
    ...recorded,
    action: 'edited',
    changes: {},
    issue: { ...recorded.issue, id: '<id>', number: '<number>', title: '<title>', updated_at: '<updated_at>' },
  });
  const parts = marked.split(/("<\w+>")/);
  return (number, updatedAt, edit) =>
    parts
      .map((part) => {
        if (part === '"<id>"') return String(1_000_000_000 + number);
        if (part === '"<number>"') return String(number);
        if (part === '"<title>"') return `"Issue ${number}, edit ${edit}"`;
        if (part === '"<updated_at>"') return `"${updatedAt.toISOString().replace(/\.\d+Z$/, 'Z')}"`;
        return part;
      })
      .join('');
}
