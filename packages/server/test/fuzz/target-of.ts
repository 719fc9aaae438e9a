import type { DescribedOperation } from '../http/described-api.ts';
import type { Draft } from './generate-request.ts';
import { oddPathParts, oddQueries, oddText } from './odd-values.ts';
import { type Schema, validValue } from './schema-values.ts';

export function pathOf(draft: Draft, { method, path, operation }: DescribedOperation): string {
  const { random, odd } = draft;
  const resource = path.split('/')[3] ?? '';
  const singular = resource.replace(/ies$/, 'y').replace(/s$/, '');
  // Delete a project without integrations, because the server refuses to delete any other.
  const kind = method === 'DELETE' && path.endsWith('/projects/{id}') ? 'empty_project' : singular;
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (!odd.has('path')) return String(knownId(draft, operation, name, kind));
    return random.chance(0.5) ? random.pick(oddPathParts) : encoded(oddText(random));
  });
}

function knownId({ random, world }: Draft, operation: Operation, name: string, kind: string): string | number {
  if (name === 'target') return random.pick(['github', world.ids.integration ?? 0, 'nothing']);
  if (name === 'number') return random.pick([1, 2_147_483_647]);
  if (name === 'trusted_id') return world.ids.trusted ?? 0;
  if (reachesOut(operation)) return isRead(operation) && random.chance(0.7) ? world.readable : world.disabled;
  if (kind === 'job' && random.chance(0.3)) return world.ids.waiting_job ?? 0;
  const id = world.ids[kind] ?? 0;
  // Choose the id of one of the deliveries that were stored since the world was created.
  if (kind === 'delivery') return id + random.below(20);
  return random.chance(0.05) ? Number.MAX_SAFE_INTEGER : id;
}

type Operation = DescribedOperation['operation'];

/** True for operations that send a request to the provider while the caller waits. */
const reachesOut = ({ operationId, responses }: Operation): boolean =>
  '502' in responses || operationId === 'testIntegration';
const isRead = ({ operationId }: Operation): boolean => !/task-?to-?issue|webhook/i.test(operationId);

export function queryOf(draft: Draft, { operation }: DescribedOperation): string {
  const { random, world } = draft;
  const odd = draft.odd.has('query');
  if (odd && random.chance(0.2)) return `?${random.pick(oddQueries)}`;
  const pairs = operation.parameters
    .filter(({ in: place, required }) => place === 'query' && (required === true || random.chance(0.3)))
    .map(({ name, schema }) => {
      if (odd && random.chance(0.5)) return [name, oddText(random)];
      if (name === 'cursor') return [name, random.pick(world.cursors)];
      return [name, String(validValue(draft, schema as Schema, name))];
    });
  if (odd && random.chance(0.1)) pairs.push([oddText(random), oddText(random)]);
  const text = pairs.map(([name = '', value = '']) => `${encoded(name)}=${encoded(value)}`).join('&');
  return text === '' ? '' : `?${text}`;
}

/** Percent-encodes a text. Half a surrogate pair has no encoding, so it is sent as the invalid bytes that some encoders produce. */
const encoded = (text: string): string =>
  text.isWellFormed()
    ? encodeURIComponent(text)
    : encodeURIComponent(text.toWellFormed()).replaceAll('%EF%BF%BD', '%ED%A0%80');
