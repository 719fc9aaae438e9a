import { pino } from 'pino';
import { parseEncryptionKeys } from '../../src/keys/encryption-keys.ts';
import { createKeyRing } from '../../src/keys/key-ring.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startOutboxWorker } from '../../src/sync/outbound/outbox-worker.ts';
import { startSync } from './github-world.ts';

/** A worker in a process of its own, to be killed: `node outbox-process.ts <database URL> <encryption keys>`. */
const [url = '', keys = ''] = process.argv.slice(2);
const log = pino({ level: 'warn' }, pino.destination(2));
const { deps } = await startSync(openDatabase({ url, log }), createKeyRing(parseEncryptionKeys(keys)), log);
startOutboxWorker(deps);
