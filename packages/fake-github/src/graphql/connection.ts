import { GraphQLFailure } from '../errors.ts';
import type { JsonObject } from '../json.ts';

const maximum = 100;

export interface ConnectionArgs {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

function encode(index: number): string {
  return Buffer.from(`cursor:v2:${index}`).toString('base64');
}

function decode(cursor: string): number {
  const index = /^cursor:v2:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1];
  if (index === undefined) {
    throw new GraphQLFailure('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  return Number(index);
}

function checkBounds(name: string, args: ConnectionArgs): void {
  const { first, last } = args;
  if (first == null && last == null) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    throw new GraphQLFailure('MISSING_PAGINATION_BOUNDARIES', message);
  }
  for (const [bound, value] of [
    ['first', first],
    ['last', last],
  ] as const) {
    if (value == null) continue;
    if (value > maximum) {
      const message = `Requesting ${value} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${maximum} records.`;
      throw new GraphQLFailure('EXCESSIVE_PAGINATION', message);
    }
    if (value < 0) {
      throw new GraphQLFailure(
        'INVALID_PAGINATION',
        `\`${bound}\` on the \`${name}\` connection cannot be less than zero.`,
      );
    }
  }
}

/** Returns a page of a list as a GraphQL connection. Like GitHub, it requires `first` or `last` of at most 100. */
export function connection<T>(
  name: string,
  list: readonly T[],
  args: ConnectionArgs,
  view: (element: T) => JsonObject,
): JsonObject {
  checkBounds(name, args);
  let start = args.after == null ? 0 : decode(args.after) + 1;
  let end = args.before == null ? list.length : Math.min(decode(args.before), list.length);
  if (args.first != null) end = Math.min(end, start + args.first);
  if (args.last != null) start = Math.max(start, end - args.last);
  const shown = list
    .slice(start, end)
    .map((element, offset) => ({ cursor: encode(start + offset), node: view(element) }));
  return {
    totalCount: list.length,
    nodes: shown.map((edge) => edge.node),
    edges: shown,
    pageInfo: {
      hasNextPage: end < list.length,
      hasPreviousPage: start > 0,
      startCursor: shown[0]?.cursor ?? null,
      endCursor: shown.at(-1)?.cursor ?? null,
    },
  };
}
