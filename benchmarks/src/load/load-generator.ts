import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection } from './http-connection.ts';
import { issueVariants, recordedIssuePayload } from './issue-payload.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';

/** This file is run as a process with an IPC channel. It receives a load plan, executes it, sends the result and exits. */
process.once('message', (plan: LoadPlan) => {
  run(plan).then(
    (result) => process.send?.({ result }, () => process.disconnect()),
    (error: unknown) => process.send?.({ error: String(error) }, () => process.disconnect()),
  );
});

async function run(plan: LoadPlan): Promise<LoadResult> {
  const nextRequest = requestMaker(plan);
  const connections = await Promise.all(Array.from({ length: plan.connections }, () => HttpConnection.open(plan.port)));
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const start = performance.now();
  let sent = 0;

  const work = async (connection: HttpConnection): Promise<void> => {
    while (sent < plan.requests && performance.now() - start < plan.milliseconds) {
      const place = sent++;
      if (plan.rate !== undefined) {
        const due = start + (place / plan.rate) * 1000;
        if (due > performance.now()) await sleep(due - performance.now());
      }
      const { head, body } = nextRequest(place);
      const { status, milliseconds } = await connection.send(head, body);
      statuses[status] = (statuses[status] ?? 0) + 1;
      latencies.push(milliseconds);
    }
  };
  await Promise.all(connections.map(work));
  const seconds = (performance.now() - start) / 1000;
  for (const connection of connections) connection.close();
  latencies.sort((a, b) => a - b);
  const percentile = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    requests: latencies.length,
    seconds,
    perSecond: latencies.length / seconds,
    p50: percentile(0.5),
    p99: percentile(0.99),
    slowest: latencies.at(-1) ?? 0,
    statuses,
  };
}

function requestMaker(plan: LoadPlan): (place: number) => { head: string; body: Buffer } {
  const payload = recordedIssuePayload(plan.payloadBytes);
  const { issues } = plan;
  if (issues !== undefined) {
    const variant = issueVariants(payload);
    // GitHub's times have whole seconds, so every round through the issues is one second later.
    const firstUpdate = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
    return (place) => {
      const round = Math.floor(place / issues);
      const body = Buffer.from(variant((place % issues) + 1, new Date(firstUpdate + round * 1000), round));
      return { head: headOf(plan, place, body, signatureOf(plan, place, body)), body };
    };
  }
  const body = Buffer.from(payload);
  const signatures = Array.from({ length: plan.targets ?? 1 }, (_, target) => signatureOf(plan, target, body));
  return (place) => ({ head: headOf(plan, place, body, signatures[place % signatures.length] ?? ''), body });
}

function signatureOf(plan: LoadPlan, place: number, body: Buffer): string {
  if (plan.wrongSignature) return `sha256=${'0'.repeat(64)}`;
  return `sha256=${createHmac('sha256', forTarget(plan.secret, plan, place))
    .update(body)
    .digest('hex')}`;
}

function headOf(plan: LoadPlan, place: number, body: Buffer, signature: string): string {
  return [
    `POST ${forTarget(plan.path, plan, place)} HTTP/1.1`,
    'Host: localhost',
    'User-Agent: GitHub-Hookshot/bench',
    'Content-Type: application/json',
    'X-GitHub-Event: issues',
    `X-GitHub-Delivery: ${randomUUID()}`,
    'X-GitHub-Hook-ID: 292430182',
    'X-GitHub-Hook-Installation-Target-ID: 79929171',
    'X-GitHub-Hook-Installation-Target-Type: repository',
    `X-Hub-Signature-256: ${signature}`,
    `Content-Length: ${body.length}`,
    '\r\n',
  ].join('\r\n');
}

function forTarget(text: string, { targets = 1, firstTarget = 0 }: LoadPlan, place: number): string {
  return text.replace('{n}', String((place % targets) + firstTarget));
}
