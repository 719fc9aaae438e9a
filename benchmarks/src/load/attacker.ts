import { connect, type Socket } from 'node:net';
import type { AttackPlan } from './attack-plan.ts';

/** This file is run as a process with an IPC channel. It attacks until it is told to stop, and then reports the number of attempts. */
process.once('disconnect', () => process.exit(1));
process.once('message', (plan: AttackPlan) => {
  const attack = attacks[plan.kind](plan);
  process.send?.({ started: true });
  process.once('message', () => {
    attack.stop();
    process.send?.({ attempts: attack.attempts() }, () => process.exit(0));
  });
});

interface Attack {
  attempts(): number;
  stop(): void;
}

/** Milliseconds after which a closed connection is opened again. */
const REOPEN_MS = 200;
const SHARED_PATH = '/api/v1/integrations/github/webhook';

/** Keeps connections open that have sent only `opening`, and replaces every connection that the server closes. */
function holdConnections({ port, connections }: AttackPlan, opening: Buffer): Attack {
  const open = new Set<Socket>();
  let attempts = 0;
  let isOver = false;
  const hold = (): void => {
    if (isOver) return;
    attempts += 1;
    const socket = connect({ host: '127.0.0.1', port });
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.once('close', () => {
      open.delete(socket);
      setTimeout(hold, REOPEN_MS);
    });
    socket.write(opening);
  };
  for (let n = 0; n < connections; n += 1) hold();
  return {
    attempts: () => attempts,
    stop() {
      isOver = true;
      for (const socket of open) socket.destroy();
    },
  };
}

const post = (contentLength: number, sent: number, signature = ''): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `POST ${SHARED_PATH} HTTP/1.1`,
        'Host: localhost',
        'Content-Type: application/json',
        'X-GitHub-Event: issues',
        ...(signature === '' ? [] : [`X-Hub-Signature-256: ${signature}`]),
        `Content-Length: ${contentLength}`,
        '\r\n',
      ].join('\r\n'),
    ),
    Buffer.alloc(sent, 'x'),
  ]);

/** Sends the same request repeatedly on each connection. */
function repeat({ port, connections }: AttackPlan, request: Buffer): Attack {
  let attempts = 0;
  let isOver = false;
  const open = new Set<Socket>();
  const start = (): void => {
    if (isOver) return;
    const socket = connect({ host: '127.0.0.1', port });
    open.add(socket);
    socket.on('error', () => undefined);
    const send = (): void => {
      attempts += 1;
      socket.write(request);
    };
    // The attacked routes send a response in one chunk or close the connection.
    socket.on('data', send);
    socket.once('close', () => {
      open.delete(socket);
      setTimeout(start, REOPEN_MS);
    });
    send();
  };
  for (let n = 0; n < connections; n += 1) start();
  return {
    attempts: () => attempts,
    stop() {
      isOver = true;
      for (const socket of open) socket.destroy();
    },
  };
}

const attacks: Record<AttackPlan['kind'], (plan: AttackPlan) => Attack> = {
  stalled_large: (plan) => holdConnections(plan, post(25_000_000, 600_000)),
  stalled_small: (plan) => holdConnections(plan, post(200_000, 190_000)),
  idle: (plan) => holdConnections(plan, Buffer.from('POST ')),
  wrong_signature: (plan) => repeat(plan, post(100_000, 100_000, `sha256=${'0'.repeat(64)}`)),
  searches: (plan) =>
    repeat(
      plan,
      Buffer.from(
        `GET /api/v1/tasks?q=text%20that%20is%20not%20there HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${plan.token}\r\n\r\n`,
      ),
    ),
};
