import type { DescribedApi, DescribedOperation } from '../http/described-api.ts';
import type { Random } from '../soak/random.ts';
import { bodyOf } from './body-of.ts';
import { brokenRequest } from './broken-requests.ts';
import type { FuzzRequest } from './fuzz-request.ts';
import { headersOf } from './headers-of.ts';
import type { Schema, ValueSource } from './schema-values.ts';
import { pathOf, queryOf } from './target-of.ts';
import type { World } from './world.ts';

/** Parts of a request that can be odd. More important parts are listed more often, so that they are chosen more often. */
const parts = [
  ...(['body', 'body', 'body', 'body', 'query', 'query', 'query', 'path', 'path', 'header'] as const),
  ...(['bytes', 'media type', 'token', 'method'] as const),
];
export type Part = (typeof parts)[number];

/** Source of the values of a request. */
export interface Draft extends ValueSource {
  /**
   * The parts that are odd. All others follow the description, so that the server does not refuse the request before it reads the odd
   * ones.
   */
  odd: ReadonlySet<Part>;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];

/**
 * Generates a request for a described operation, usually with one or two odd parts. The same choices of `random` generate the same
 * request.
 */
export function generateRequest(random: Random, api: DescribedApi, world: World): FuzzRequest {
  if (random.chance(0.03)) return { server: 'api', method: '', target: '', headers: [], broken: brokenRequest(random) };
  const operation = pickOperation(random, api);
  const draft: Draft = {
    random,
    world,
    resolve: (ref) => api.document.components.schemas[ref.split('/').at(-1) ?? ''] as Schema,
    odd: new Set(Array.from({ length: random.pick([0, 1, 1, 1, 2]) }, () => random.pick(parts))),
  };
  const body = bodyOf(draft, operation);
  return {
    server: operation.operation.operationId === 'receiveWebhook' ? 'ingest' : 'api',
    method: draft.odd.has('method') ? random.pick(methods) : operation.method,
    target: pathOf(draft, operation) + queryOf(draft, operation),
    headers: headersOf(draft, operation, body).map(([name, value]) => [name, value.replaceAll(/[\r\n]/g, ' ')]),
    ...(body === undefined ? {} : { body }),
  };
}

/** Chooses an operation. Deletions are rarer than others, so that the others still find objects. */
function pickOperation(random: Random, { operations }: DescribedApi): DescribedOperation {
  const operation = random.pick(operations);
  return operation.method === 'DELETE' && random.chance(0.6) ? random.pick(operations) : operation;
}
