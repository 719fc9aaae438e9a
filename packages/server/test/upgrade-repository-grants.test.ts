import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PreviousDatabase } from './previous-database.ts';

it('an upgrade keeps the use of a credential for repositories that an integration has seen or a person gave an address', async () => {
  const previous = await PreviousDatabase.create();
  try {
    const project_id = await previous.addProject();
    const integration_id = await previous.addIntegration(project_id);
    const add = (name: string, values: object) =>
      previous.insert('repositories', {
        project_id,
        owner: 'my-org',
        name,
        created_at: '2026-01-01T00:00:00Z',
        ...values,
      });
    await add('seen', { integration_id, external_id: '1' });
    await add('with-address', { clone_url: 'https://ghe.example/my-org/with-address.git' });
    // The integration of this repository was deleted, so its address came from the provider and not from an owner.
    await add('orphan', { external_id: '2', clone_url: 'https://github.com/my-org/orphan.git' });
    await add('only-named', {});
    await previous.upgrade();
    const rows = await previous.rows('select name, registered, granted_to from repositories order by id');
    assert.deepEqual(rows, [
      { name: 'seen', registered: false, granted_to: [integration_id] },
      { name: 'with-address', registered: true, granted_to: [] },
      { name: 'orphan', registered: false, granted_to: [] },
      { name: 'only-named', registered: false, granted_to: [] },
    ]);
  } finally {
    await previous.destroy();
  }
});
