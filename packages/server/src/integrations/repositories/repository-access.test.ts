import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayUseCredential } from './repository-access.ts';

const integration = { id: 3, host: 'api.github.com', config: {} as Record<string, unknown> };
const repository = {
  owner: 'acme',
  name: 'web',
  host: 'api.github.com',
  name_lost_at: null as Date | null,
  registered: false,
  granted_to: [] as number[],
};

describe("an integration's credential", () => {
  const listing = (...repositories: string[]) => ({ ...integration, config: { repositories } });

  it('is for repositories that an owner registered, that the configuration names, or that were named to the integration', () => {
    assert.equal(mayUseCredential(integration, repository), false);
    assert.equal(mayUseCredential(integration, { ...repository, registered: true }), true);
    assert.equal(mayUseCredential(listing('Acme/Web'), repository), true);
    assert.equal(mayUseCredential(integration, { ...repository, granted_to: [2, 3] }), true);
    assert.equal(mayUseCredential(integration, { ...repository, granted_to: [2] }), false);
  });

  it('is not for repositories that the configuration leaves out, except those that an owner registered', () => {
    assert.equal(mayUseCredential(listing('acme/other'), { ...repository, granted_to: [3] }), false);
    assert.equal(mayUseCredential(listing('acme/other'), { ...repository, registered: true }), true);
  });

  it('is not for a repository of another host, or one whose name another repository has taken', () => {
    const registered = { ...repository, registered: true };
    assert.equal(mayUseCredential(integration, { ...registered, host: 'ghe.example' }), false);
    assert.equal(mayUseCredential(integration, { ...registered, host: '' }), true);
    assert.equal(mayUseCredential(integration, { ...registered, name_lost_at: new Date(0) }), false);
  });
});
