import { isProjectBoards, type Page } from '@commandcenter/integration-kit';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { principalOf } from '../../accounts/access.ts';
import type { Database } from '../../database/database.ts';
import type { Cursors } from '../../http/cursor.ts';
import { Id, Nullable, Strict } from '../../http/fields.ts';
import { List, ListQuery, listIdentity } from '../../http/list.ts';
import { asCapable, requireCapability, requireType } from '../../integrations/capability.ts';
import type { IntegrationHost } from '../../integrations/host.ts';
import type { IntegrationRow } from '../../integrations/integration-queries.ts';
import { ownerName, repositoryName } from '../../integrations/repositories/repository-schema.ts';
import { visibleIntegration } from '../../integrations/routes.ts';
import { operationOf, pathOf, type TypedRoutes } from '../../integrations/typed-routes.ts';

export interface BoardRoutesOptions extends TypedRoutes {
  db: Database;
  host: IntegrationHost;
  cursors: Cursors;
}

const Board = Strict(
  {
    id: Type.String(),
    number: Type.Integer(),
    title: Type.String(),
    url: Type.String(),
    closed: Type.Boolean(),
  },
  {
    title: 'Board',
    examples: [
      { id: 'PVT_kwHOA', number: 3, title: 'Roadmap', url: 'https://github.com/orgs/my-org/projects/3', closed: false },
    ],
  },
);

const BoardColumn = Strict(
  { id: Type.String(), name: Type.String() },
  { title: 'BoardColumn', examples: [{ id: 'f75ad846', name: 'In progress' }] },
);

const BoardItem = Strict(
  {
    id: Type.String(),
    title: Type.String(),
    column: Nullable(Type.String()),
    kind: Type.Enum(['issue', 'pull_request', 'draft']),
    number: Nullable(Type.Integer()),
    url: Nullable(Type.String()),
    repository: Nullable(Type.String()),
  },
  {
    title: 'BoardItem',
    examples: [
      {
        id: 'PVTI_lADO',
        title: 'Compare vector databases',
        column: 'In progress',
        kind: 'issue',
        number: 124,
        url: 'https://github.com/my-org/my-repo/issues/124',
        repository: 'my-org/my-repo',
      },
    ],
  },
);

const BoardParams = Type.Object({
  id: Id('Id of the integration.'),
  number: Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'Id of the project.' }),
});

const errors = [409, 429, 502, 503, 504];

/** Registers the routes for GitHub Projects with their columns and items, which are read from the provider on each request. */
export const boardRoutes: FastifyPluginAsyncTypebox<BoardRoutesOptions> = async (app, options) => {
  const { db, host, cursors, type } = options;

  const boardsOf = async (request: FastifyRequest & { params: { id: number } }): Promise<IntegrationRow> => {
    const row = await visibleIntegration(db, principalOf(request), request.params.id);
    requireType(row, type);
    await requireCapability(host, row, isProjectBoards, 'projects');
    return row;
  };

  app.get(
    pathOf(options, '/projects'),
    {
      schema: {
        params: Type.Object({ id: Id('Id of the integration.') }),
        querystring: ListQuery({ owner: ownerName, repo: Type.Optional(repositoryName) }),
        response: { 200: List(Board) },
      },
      config: {
        access: ['integrations:read'],
        operation: operationOf(options, {
          id: 'listBoards',
          tag: 'Integrations',
          summary: 'List GitHub Projects of an organization, user or repository',
          errors,
        }),
      },
    },
    async (request) => {
      const { owner, repo, limit } = request.query;
      const row = await boardsOf(request);
      const where = repo === undefined ? { owner } : { owner, repository: repo };
      const page = { limit, ...otherSidesCursor(cursors, request) };
      const boards = await host.run(
        row.id,
        'list projects',
        (instance, signal) => asCapable(instance, isProjectBoards).listBoards(where, page, signal),
        { interactive: true },
      );
      return answer(cursors, request, boards);
    },
  );

  app.get(
    pathOf(options, '/projects/:number/columns'),
    {
      schema: {
        params: BoardParams,
        querystring: Strict({ owner: ownerName }),
        response: { 200: List(BoardColumn) },
      },
      config: {
        access: ['integrations:read'],
        operation: operationOf(options, {
          id: 'listBoardColumns',
          tag: 'Integrations',
          summary: 'List columns of a GitHub Project',
          errors,
        }),
      },
    },
    async (request) => {
      const { owner } = request.query;
      const { number } = request.params;
      const row = await boardsOf(request);
      const items = await host.run(
        row.id,
        'list columns',
        (instance, signal) => asCapable(instance, isProjectBoards).listBoardColumns({ owner, number }, signal),
        { interactive: true },
      );
      return { items: items.map(({ id, name }) => ({ id, name })), next_cursor: null };
    },
  );

  app.get(
    pathOf(options, '/projects/:number/items'),
    {
      schema: {
        params: BoardParams,
        querystring: ListQuery({ owner: ownerName }),
        response: { 200: List(BoardItem) },
      },
      config: {
        access: ['integrations:read'],
        operation: operationOf(options, {
          id: 'listBoardItems',
          tag: 'Integrations',
          summary: 'List items of a GitHub Project',
          errors,
        }),
      },
    },
    async (request) => {
      const { owner, limit } = request.query;
      const { number } = request.params;
      const row = await boardsOf(request);
      const page = { limit, ...otherSidesCursor(cursors, request) };
      const items = await host.run(
        row.id,
        'list project items',
        (instance, signal) => asCapable(instance, isProjectBoards).listBoardItems({ owner, number }, page, signal),
        { interactive: true },
      );
      return answer(cursors, request, items);
    },
  );
};

type PagedRequest = FastifyRequest & { query: { limit: number; cursor?: string } };

/** Returns the provider's own cursor, which is wrapped in the cursor of the request. */
function otherSidesCursor(cursors: Cursors, request: PagedRequest): { cursor?: string } {
  const { cursor } = request.query;
  return cursor === undefined ? {} : { cursor: cursors.read(cursor, listIdentity(request)) };
}

function answer<Item>(cursors: Cursors, request: PagedRequest, { items, nextCursor }: Page<Item>) {
  return { items, next_cursor: nextCursor === null ? null : cursors.write(nextCursor, listIdentity(request)) };
}
