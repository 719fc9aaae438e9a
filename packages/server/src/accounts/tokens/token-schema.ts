import Type from 'typebox';
import { Id, Line, Nullable, nullableTimestamp, Strict, Timestamp, timestamp } from '../../http/fields.ts';
import { scopes } from '../scope.ts';
import type { ApiTokenRow } from './api-token-queries.ts';

/** With its type, without which a check for repeated entries compares each one with each other: most of a minute for a body of 1 MiB. */
export const ScopeName = Type.Enum([...scopes], {
  type: 'string',
  title: 'Scope',
  description: 'What a token may do.',
});

const visibleFields = {
  id: Id('Id of the object.'),
  name: Line(200, 'Name for people, such as its purpose.'),
  prefix: Type.String({ description: 'First characters of the token, to recognize it.', examples: ['cct_7k2m'] }),
  scopes: Type.Array(ScopeName),
  project_id: Nullable(Id('The only project that it has access to; null for all projects of its creator.')),
  expires_at: Nullable(Timestamp('Time after which it is refused; null if it does not expire.')),
  last_used_at: Nullable(Timestamp('Time of the last use, to the minute; null if it was never used.')),
  created_at: Timestamp('Time of creation.'),
};

const example = {
  id: 2,
  name: 'GitHub Action',
  prefix: 'cct_7k2m',
  scopes: ['jobs:create', 'jobs:read'],
  project_id: 1,
  expires_at: null,
  last_used_at: null,
  created_at: '2026-01-31T12:00:00.000Z',
};

export const Token = Strict(visibleFields, { title: 'Token', examples: [example] });

export const NewToken = Strict(
  { ...visibleFields, token: Type.String({ description: 'The token. Only this response contains it.' }) },
  {
    title: 'NewToken',
    examples: [{ ...example, token: 'cct_7k2mq0v3x9b5c1d8f6g4h2j0k7m5n3p1a9c4e2s' }],
  },
);

export const TokenInput = Strict(
  {
    name: Line(200, 'Name for people, such as its purpose.'),
    scopes: Type.Array(ScopeName, {
      minItems: 1,
      uniqueItems: true,
      description: 'Scopes, at most those of the token that creates it.',
    }),
    project_id: Type.Optional(
      Nullable(Id('The only project that it has access to; null for all projects of its creator.')),
    ),
    expires_at: Type.Optional(Nullable(Timestamp('Time after which it is refused; null if it does not expire.'))),
  },
  {
    title: 'TokenInput',
    examples: [{ name: 'GitHub Action', scopes: ['jobs:create', 'jobs:read'], project_id: 1 }],
  },
);

export const tokenView = (row: ApiTokenRow): Type.Static<typeof Token> => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: scopes.filter((scope) => row.scopes.includes(scope)),
  project_id: row.project_id,
  expires_at: nullableTimestamp(row.expires_at),
  last_used_at: nullableTimestamp(row.last_used_at),
  created_at: timestamp(row.created_at),
});
