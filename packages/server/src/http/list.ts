import type { FastifyRequest } from 'fastify';
import Type, { type TSchema } from 'typebox';
import type { Page, PageRequest } from '../database/page.ts';
import type { Cursors } from './cursor.ts';
import { Nullable, Strict } from './fields.ts';

/** Returns the schema of a list's query: its filters, `limit` and `cursor`. */
export const ListQuery = <Filters extends Record<string, TSchema>>(filters: Filters) =>
  Strict({
    ...filters,
    limit: Type.Integer({
      minimum: 1,
      maximum: 200,
      default: 50,
      description: 'Maximum number of items in the response.',
    }),
    cursor: Type.Optional(
      Type.String({
        maxLength: 1000,
        description: '`next_cursor` of the previous page. The filters must be the same.',
      }),
    ),
  });

/** Returns the schema of a list response with items of this schema. */
export const List = <Item extends TSchema>(item: Item) =>
  Type.Object(
    {
      items: Type.Array(item),
      next_cursor: Nullable(Type.String({ description: '`cursor` of the next page; null on the last page.' })),
    },
    { additionalProperties: false },
  );

interface ListRequest {
  limit: number;
  cursor?: string;
}

/** Returns the page that a request asks for. Throws ApiError 422 for a cursor of another list. */
export function pageRequest(cursors: Cursors, request: FastifyRequest & { query: ListRequest }): PageRequest {
  const position = cursorPosition(cursors, request);
  return { limit: request.query.limit, after: position === undefined ? undefined : Number(position) };
}

/** Returns the position in a request's cursor, as it was given to `listResponse`; undefined without a cursor. */
export function cursorPosition(cursors: Cursors, request: FastifyRequest & { query: ListRequest }): string | undefined {
  const { cursor } = request.query;
  return cursor === undefined ? undefined : cursors.read(cursor, listIdentity(request));
}

/** Converts a page of rows into a list response. */
export function listResponse<Row, Item>(
  cursors: Cursors,
  request: FastifyRequest & { query: ListRequest },
  page: Pick<Page<Row>, 'items'> & { next: number | string | null },
  view: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } {
  return {
    items: page.items.map(view),
    next_cursor: page.next === null ? null : cursors.write(String(page.next), listIdentity(request)),
  };
}

/** Returns a text that identifies a list with its filters. The cursor of one list is invalid for another. */
export function listIdentity(request: FastifyRequest & { query: ListRequest }): string {
  const { limit: _limit, cursor: _cursor, ...filters } = request.query;
  const path = request.url.split('?', 1)[0];
  return JSON.stringify([path, Object.entries(filters).sort(([left], [right]) => (left < right ? -1 : 1))]);
}
