import type { ExternalRepository } from '@commandcenter/integration-kit';
import { type Static, Type } from 'typebox';

export const RepositorySchema = Type.Object({
  id: Type.Integer(),
  name: Type.String({ minLength: 1 }),
  owner: Type.Object({ login: Type.String({ minLength: 1 }) }),
  default_branch: Type.Optional(Type.String()),
  clone_url: Type.Optional(Type.String()),
});

export const toRepository = ({
  id,
  name,
  owner,
  default_branch,
  clone_url,
}: Static<typeof RepositorySchema>): ExternalRepository => ({
  owner: owner.login,
  name,
  externalId: String(id),
  ...(default_branch === undefined ? {} : { defaultBranch: default_branch }),
  ...(clone_url === undefined ? {} : { cloneUrl: clone_url }),
});
