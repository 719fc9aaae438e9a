import { createProject } from '../../src/accounts/projects/project-queries.ts';
import { insertRepository } from '../../src/integrations/repositories/repository-edit-queries.ts';
import type { RepositoryRow } from '../../src/integrations/repositories/repository-queries.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';

/** Creates a test database with a project and a repository. */
export async function createAnalysedRepository(): Promise<TestDatabase & { repository: RepositoryRow }> {
  const database = await createTestDatabase();
  const { id } = await database.db.transaction().execute((trx) => createProject(trx, { name: 'P', ownerId: null }));
  const repository = await anotherRepository(database, id, 'analysed');
  return { ...database, repository };
}

export async function anotherRepository(
  { db }: Pick<TestDatabase, 'db'>,
  projectId: number,
  name: string,
): Promise<RepositoryRow> {
  const row = await insertRepository(db, {
    project_id: projectId,
    owner: 'my-org',
    name,
    integration_id: null,
    default_branch: 'main',
    clone_url: null,
  });
  if (row === undefined) throw new Error(`there is a repository ${name} already`);
  return row;
}
