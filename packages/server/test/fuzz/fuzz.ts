import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServerWithoutWorkers } from '../harness/server-without-workers.ts';
import { createAsk } from '../http/ask.ts';
import { type DescribedApi, describedApi, type OpenApi } from '../http/described-api.ts';
import { ADMIN_TOKEN } from '../http/test-application.ts';
import { Random } from '../soak/random.ts';
import { findFaults } from './find-faults.ts';
import { asCommand, type FuzzRequest } from './fuzz-request.ts';
import { generateRequest } from './generate-request.ts';
import { NoResponseError, sendRequest } from './send-request.ts';
import { createWorld, type World } from './world.ts';

const OPENAPI_FILE = join(import.meta.dirname, '../../openapi.json');
/** Number of requests after which new objects are created, because requests change and delete existing ones. */
const REQUESTS_PER_WORLD = 200;
const CONCURRENCY = 6;
/**
 * Size in bytes above which a missing response is accepted: while such a body is still being sent, the server may close the connection,
 * and its response is lost.
 */
const LONGEST_BODY_BYTES = 1024 * 1024;

export interface FuzzFailure {
  seed: number;
  /** Place of the request in the run, as the option `--first` takes it. */
  number: number;
  request: FuzzRequest;
  faults: string[];
  /** Shell command that sends the request again. */
  command: string;
}

export interface FuzzOptions {
  seed: number;
  count: number;
  /** Number of the first request. Default: 0. */
  first?: number;
  onProgress?(done: number): void;
}

export interface FuzzReport {
  failures: FuzzFailure[];
  /** Number of responses by status. */
  statuses: Map<number, number>;
  /** Ids of the operations of which at least one request succeeded. */
  succeeded: Set<string>;
}

/**
 * Sends random requests, generated from the committed API description, to a real server and compares every response with the description.
 */
export async function fuzz({ seed, count, first = 0, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const api = describedApi(JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as OpenApi);
  const report: FuzzReport = { failures: [], statuses: new Map(), succeeded: new Set() };
  await using server = await startServerWithoutWorkers();
  const ask = (await createAsk(server.url))(ADMIN_TOKEN);
  for (let start = first; start < first + count; start += REQUESTS_PER_WORLD) {
    const world = await createWorld(server, ask);
    const end = Math.min(start + REQUESTS_PER_WORLD, first + count);
    let next = start;
    const sendSome = async (): Promise<void> => {
      while (next < end) {
        const number = next;
        next += 1;
        const request = requestOf(seed, number, api, world);
        const url = request.server === 'api' ? server.url : server.ingestUrl;
        const faults = await tryRequest(api, request, url, report);
        if (faults.length > 0)
          report.failures.push({ seed, number, request, faults, command: asCommand(request, url) });
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, sendSome));
    onProgress?.(end - first);
  }
  return report;
}

/** Generates the request of one number. It has its own random source, so that it can be generated again without the requests before it. */
function requestOf(seed: number, number: number, api: DescribedApi, world: World): FuzzRequest {
  return generateRequest(new Random(Math.imul(seed, 0x9e3779b1) + number), api, world);
}

async function tryRequest(api: DescribedApi, request: FuzzRequest, url: string, report: FuzzReport): Promise<string[]> {
  try {
    const response = await sendRequest(request, url);
    report.statuses.set(response.status, (report.statuses.get(response.status) ?? 0) + 1);
    const operation = api.find(request.method, request.target)?.operation.operationId;
    if (response.status < 300 && operation !== undefined) report.succeeded.add(operation);
    return findFaults(api, request, response);
  } catch (error) {
    if (!(error instanceof NoResponseError)) throw error;
    return (request.body?.length ?? 0) > LONGEST_BODY_BYTES ? [] : [error.message];
  }
}

/** Describes a failure, with the commands that repeat it. */
export const printed = ({ seed, number, faults, command }: FuzzFailure): string =>
  `request ${number} of seed ${seed} (npm run fuzz -- --seed ${seed} --first ${number} --count 1):\n  ${faults.join('\n  ')}\n  ${command}`;
