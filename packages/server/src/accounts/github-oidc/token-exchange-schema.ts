import Type from 'typebox';
import { Id, Strict, Timestamp } from '../../http/fields.ts';
import type { ApiTokenRow } from '../tokens/api-token-queries.ts';
import { ScopeName } from '../tokens/token-schema.ts';
import { workflowScopes } from './workflow-identity.ts';

export const GitHubIdToken = Strict(
  {
    project_id: Id('The project that the token gets access to.'),
    id_token: Type.String({
      minLength: 1,
      maxLength: 12_000,
      description: "The id token from GitHub's OIDC provider, with this server's PUBLIC_URL as its audience.",
      writeOnly: true,
    }),
  },
  { title: 'GitHubIdToken', examples: [{ project_id: 1, id_token: '<the id token of the workflow>' }] },
);

export const WorkflowToken = Strict(
  {
    token: Type.String({ description: 'An API token of the project. Only this response contains it.' }),
    expires_at: Timestamp('Time after which it is refused.'),
    scopes: Type.Array(ScopeName),
    project_id: Id('The only project that it has access to.'),
  },
  {
    title: 'WorkflowToken',
    examples: [
      {
        token: 'cct_7k2mq0v3x9b5c1d8f6g4h2j0k7m5n3p1a9c4e2s',
        expires_at: '2026-01-31T13:00:00.000Z',
        scopes: [...workflowScopes],
        project_id: 1,
      },
    ],
  },
);

export const workflowTokenView = (token: string, { expires_at, project_id }: ApiTokenRow) => {
  if (expires_at === null || project_id === null) throw new Error('a token of a workflow has an end and a project');
  return { token, expires_at: expires_at.toISOString(), scopes: [...workflowScopes], project_id };
};
