import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { AnalysisError } from '../errors.ts';
import { analyze } from '../run/analyze.ts';
import type { FromChild, ToChild } from './messages.ts';
import { createProxiedFetch } from './proxied-fetch.ts';

/** The child process that runs an analysis. It gets its task over IPC and ends with its parent. */
const FINDINGS_PER_MESSAGE = 200;
const control = new AbortController();

const send = (message: FromChild): void => {
  process.send?.(message, (error: Error | null) => {
    if (error !== null) control.abort(error);
  });
};
const proxied = createProxiedFetch(send);

process.on('message', (message: ToChild) => {
  if (message.kind === 'result') return proxied.receive(message.id, message.result);
  void run(message).finally(() => process.disconnect());
});
// The parent has ended, so end this process with its threads and children.
process.on('disconnect', () => process.exit());
send({ kind: 'up' });

async function run({ settings, network }: Extract<ToChild, { kind: 'start' }>): Promise<void> {
  try {
    const { report, ...rest } = await analyze(settings, {
      signal: control.signal,
      fetch: network ? proxied.fetch : null,
      onProgress: (percent, step) => send({ kind: 'progress', percent, step }),
    });
    const { findings, facts, ...head } = report;
    for (let at = 0; at < findings.length; at += FINDINGS_PER_MESSAGE) {
      send({ kind: 'findings', findings: findings.slice(at, at + FINDINGS_PER_MESSAGE) });
    }
    const compressed = await promisify(zstdCompress)(JSON.stringify(facts), {
      params: { [constants.ZSTD_c_compressionLevel]: 3 },
    });
    send({ kind: 'facts', facts: compressed });
    await sendAndWait({ kind: 'done', report: head, ...rest });
  } catch (error) {
    await sendAndWait({ kind: 'failed', error: describeError(error) });
  }
}

const sendAndWait = (message: FromChild): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });

function describeError(error: unknown): Extract<FromChild, { kind: 'failed' }>['error'] {
  if (error instanceof AnalysisError) {
    return { code: error.code, message: error.message, hint: error.hint, bug: false };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'analysis.failed', message, hint: undefined, bug: true };
}
