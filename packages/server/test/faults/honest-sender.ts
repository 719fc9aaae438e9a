import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IssueDelivery, issueDelivery, signedDelivery } from './issue-deliveries.ts';

/**
 * The result of a request. `unreachable`: no connection could be made. `unanswered`: the connection broke, or no response came within 10
 * s.
 */
export type Response =
  | { kind: 'acknowledged' | 'duplicate'; id: number }
  | { kind: 'refused'; cause: string }
  | { kind: 'unreachable' }
  | { kind: 'unanswered' };

export interface SentDelivery extends IssueDelivery {
  /** Time of `performance.now()` when the request was sent. */
  sentAt: number;
  answeredAt: number;
  response: Response;
}

/** Time in milliseconds after which GitHub gives up a request. */
const GITHUB_TIMEOUT_MS = 10_000;
/** One in this many acknowledged deliveries is sent again after `REPEAT_AFTER_MS`, although nothing was wrong. */
const REPEATED = 7;
const REPEAT_AFTER_MS = 300;
const REDELIVERY_ROUNDS = 5;

const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOENT', 'EHOSTUNREACH']);

export const isStored = ({ response: { kind } }: SentDelivery): boolean =>
  kind === 'acknowledged' || kind === 'duplicate';

/**
 * Sends signed deliveries at a steady rate, whatever their results, and records each result. With several targets it takes turns like a
 * load balancer: it tries the next target if one cannot be reached, breaks the connection or refuses with 503.
 */
export class HonestSender {
  readonly sent: SentDelivery[] = [];
  /** Number of repeated deliveries that the server acknowledged as new, although it had acknowledged the first one before. */
  repeatedAndTakenTwice = 0;
  readonly #targets: readonly string[];
  readonly #secret: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #underWay = new Set<Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(targets: readonly string[], secret: string) {
    this.#targets = targets;
    this.#secret = secret;
  }

  start(perSecond: number): void {
    const started = performance.now();
    this.#timer = setInterval(() => {
      const due = ((performance.now() - started) / 1000) * perSecond;
      // Send at most 20 deliveries at once, so that those that a busy machine delayed do not all follow in one moment.
      for (let burst = 0; this.#count < due && burst < 20; burst += 1) this.#sendNext();
    }, 10);
  }

  /** Stops sending, and waits for the responses to the requests under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  /**
   * Sends the deliveries again that were not acknowledged, as a person does on GitHub's page of failed deliveries. Returns their number.
   */
  async redeliver(): Promise<number> {
    const failed = this.sent.filter((delivery) => !isStored(delivery));
    for (let round = 0; round < REDELIVERY_ROUNDS; round += 1) {
      const open = failed.filter((delivery) => !isStored(delivery));
      if (open.length === 0) break;
      if (round > 0) await sleep(1000);
      for (const delivery of open) delivery.response = await this.#deliver(delivery, 0);
    }
    return failed.length;
  }

  #sendNext(): void {
    const n = this.#count;
    this.#count += 1;
    this.#track(this.#sendOne(issueDelivery(n), n));
  }

  async #sendOne(delivery: IssueDelivery, n: number): Promise<void> {
    const sentAt = performance.now();
    const response = await this.#deliver(delivery, n);
    this.sent.push({ ...delivery, sentAt, answeredAt: performance.now(), response });
    if (n % REPEATED !== 0 || response.kind !== 'acknowledged') return;
    await sleep(REPEAT_AFTER_MS);
    const again = await this.#deliver(delivery, n);
    if (again.kind === 'acknowledged') this.repeatedAndTakenTwice += 1;
  }

  #track(work: Promise<unknown>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #deliver(delivery: IssueDelivery, n: number): Promise<Response> {
    let response: Response = { kind: 'unreachable' };
    for (const [place] of this.#targets.entries()) {
      const target = this.#targets[(n + place) % this.#targets.length] ?? '';
      response = await this.#request(target, delivery);
      if (response.kind === 'acknowledged' || response.kind === 'duplicate') return response;
    }
    return response;
  }

  #request(target: string, delivery: IssueDelivery): Promise<Response> {
    const { headers, body } = signedDelivery(delivery, this.#secret);
    return new Promise((resolve) => {
      const sent = request(`${target}/api/v1/integrations/github/webhook`, {
        method: 'POST',
        headers,
        // With one target, open a connection for each delivery as GitHub does. With several, keep connections open as a load balancer
        // does.
        agent: this.#targets.length > 1 ? this.#agent : false,
        signal: AbortSignal.timeout(GITHUB_TIMEOUT_MS),
      });
      sent.on('error', ({ code }: NodeJS.ErrnoException) =>
        resolve({ kind: NOT_CONNECTED.has(code ?? '') ? 'unreachable' : 'unanswered' }),
      );
      sent.on('response', (answer) => {
        readAnswer(answer).then(resolve, () => resolve({ kind: 'unanswered' }));
      });
      sent.end(body);
    });
  }
}

async function readAnswer(answer: IncomingMessage): Promise<Response> {
  const body = (await json(answer)) as { status?: string; delivery_id?: number; code?: string };
  const id = body.delivery_id ?? 0;
  if (answer.statusCode === 202) return { kind: 'acknowledged', id };
  if (answer.statusCode === 200) return { kind: 'duplicate', id };
  return { kind: 'refused', cause: `${answer.statusCode} ${body.code}` };
}
