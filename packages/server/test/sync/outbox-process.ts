import { pino } from 'pino';
import { openDatabase } from '../../src/database/database.ts';
import { startWorkerSession } from '../../src/database/worker-session.ts';
import { parseEncryptionKeys } from '../../src/keys/encryption-keys.ts';
import { createKeyRing } from '../../src/keys/key-ring.ts';
import { startOutboxWorker } from '../../src/sync/outbound/outbox-worker.ts';
import { startSync } from './github-world.ts';

/** Lease in seconds that is longer than any test, so that a killed worker's claims are only freed by the end of its session. */
const LEASE_SECONDS = 3600;

/** `node outbox-process.ts <database URL> <encryption keys>`: an outbox worker in its own process, which a test can kill. */
const [url = '', keys = ''] = process.argv.slice(2);
const log = pino({ level: 'warn' }, pino.destination(2));
const workerId = process.pid;
const connections = openDatabase({ url, log, workerId });
const { deps } = await startSync(connections, createKeyRing(parseEncryptionKeys(keys)), log);
await startWorkerSession({ ...connections, workerId, log });
startOutboxWorker(deps, { leaseSeconds: LEASE_SECONDS });
