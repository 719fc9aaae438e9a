import {
  type Board,
  type BoardColumn,
  type BoardItem,
  IntegrationNotFoundError,
  type Page,
} from '@commandcenter/integration-kit';
import { type TSchema, Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { ItemNumber } from '../numbers.ts';
import { createReader } from '../schema-reader.ts';
import { boardColumns, boardItems, ownerBoards, repositoryBoards } from './documents.ts';

interface BoardRef {
  owner: string;
  number: number;
}

const MAX_PER_PAGE = 100;

const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const connection = <Schema extends TSchema>(node: Schema) =>
  Type.Object({
    nodes: Type.Array(nullable(node)),
    pageInfo: Type.Object({ hasNextPage: Type.Boolean(), endCursor: nullable(Type.String()) }),
  });

const BoardSchema = Type.Object({
  id: Type.String(),
  number: ItemNumber,
  title: Type.String(),
  url: Type.String(),
  closed: Type.Boolean(),
});
const BoardsSchema = Type.Object({ projectsV2: connection(BoardSchema) });
const repositoryBoardsReader = createReader(Type.Object({ repository: nullable(BoardsSchema) }));
const ownerBoardsReader = createReader(Type.Object({ repositoryOwner: nullable(BoardsSchema) }));

const columnsReader = createReader(
  Type.Object({
    repositoryOwner: nullable(
      Type.Object({
        projectV2: nullable(
          Type.Object({
            field: nullable(
              Type.Object({
                options: Type.Optional(Type.Array(Type.Object({ id: Type.String(), name: Type.String() }))),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
);

const ItemSchema = Type.Object({
  id: Type.String(),
  fieldValueByName: nullable(Type.Object({ name: Type.Optional(nullable(Type.String())) })),
  content: nullable(
    Type.Object({
      __typename: Type.String(),
      title: Type.Optional(Type.String()),
      number: Type.Optional(ItemNumber),
      url: Type.Optional(Type.String()),
      repository: Type.Optional(Type.Object({ nameWithOwner: Type.String() })),
    }),
  ),
});
const itemsReader = createReader(
  Type.Object({
    repositoryOwner: nullable(Type.Object({ projectV2: nullable(Type.Object({ items: connection(ItemSchema) })) })),
  }),
);

const kinds: Readonly<Record<string, BoardItem['kind']>> = {
  Issue: 'issue',
  PullRequest: 'pull_request',
  DraftIssue: 'draft',
};

/** Lists the boards of a repository, or of an organization or user: https://docs.github.com/graphql/reference/objects#projectv2 */
export async function listBoards(
  client: GitHubClient,
  { owner, repository }: { owner: string; repository?: string },
  page: { cursor?: string; limit: number },
  signal?: AbortSignal,
): Promise<Page<Board>> {
  const subject = repository === undefined ? owner : `${owner}/${repository}`;
  const variables = { owner, ...pageVariables(page) };
  const found =
    repository === undefined
      ? ownerBoardsReader.response(
          await client.query(ownerBoards, variables, signal),
          `The list of ${subject}'s projects`,
        ).repositoryOwner
      : repositoryBoardsReader.response(
          await client.query(repositoryBoards, { ...variables, name: repository }, signal),
          `The list of ${subject}'s projects`,
        ).repository;
  if (found === null) throw boardNotFound(subject);
  return toPage(found.projectsV2, ({ id, number, title, url, closed }) => ({ id, number, title, url, closed }));
}

/** Returns the options of the board's Status field in their order, or an empty list if it has no such field. */
export async function listBoardColumns(
  client: GitHubClient,
  { owner, number }: BoardRef,
  signal?: AbortSignal,
): Promise<BoardColumn[]> {
  const data = columnsReader.response(
    await client.query(boardColumns, { owner, number }, signal),
    'The list of columns',
  );
  const board = data.repositoryOwner?.projectV2;
  if (!board) throw boardNotFound(`${owner}, project ${number}`);
  return (board.field?.options ?? []).map(({ id, name }) => ({ id, name }));
}

export async function listBoardItems(
  client: GitHubClient,
  { owner, number }: BoardRef,
  page: { cursor?: string; limit: number },
  signal?: AbortSignal,
): Promise<Page<BoardItem>> {
  const data = itemsReader.response(
    await client.query(boardItems, { owner, number, ...pageVariables(page) }, signal),
    'The list of items',
  );
  const board = data.repositoryOwner?.projectV2;
  if (!board) throw boardNotFound(`${owner}, project ${number}`);
  return toPage(board.items, ({ id, fieldValueByName, content }) => {
    const kind = kinds[content?.__typename ?? ''];
    // GitHub redacts an entry if the credential may not see its issue or pull request.
    if (content === null || kind === undefined) return null;
    return {
      id,
      title: content.title ?? '',
      column: fieldValueByName?.name ?? null,
      kind,
      number: content.number ?? null,
      url: content.url ?? null,
      repository: content.repository?.nameWithOwner ?? null,
    };
  });
}

const pageVariables = ({ cursor, limit }: { cursor?: string; limit: number }) => ({
  first: Math.min(Math.max(limit, 1), MAX_PER_PAGE),
  after: cursor ?? null,
});

function toPage<Node, Item>(
  { nodes, pageInfo }: { nodes: (Node | null)[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } },
  convert: (node: Node) => Item | null,
): Page<Item> {
  const items = nodes.map((node) => (node === null ? null : convert(node))).filter((item) => item !== null);
  return { items, nextCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

const boardNotFound = (subject: string): IntegrationNotFoundError =>
  new IntegrationNotFoundError(`GitHub shows no projects of ${subject} to this credential.`, {
    code: 'github.not_found',
    hint: 'Check the name, and that the token has the scope read:project (or project).',
  });
