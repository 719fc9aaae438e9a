import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakeGitHub } from '@commandcenter/fake-github';
import { IntegrationError, IntegrationNotFoundError } from '@commandcenter/integration-kit';
import { connect, repository } from '../test/fixture.ts';

describe('an error response of GitHub', () => {
  let github: FakeGitHub | undefined;
  afterEach(async () => {
    await github?.close();
  });

  for (const [status, errorClass, code, gone] of [
    [403, 'permission', 'github.forbidden', undefined],
    [404, 'not_found', 'github.not_found', false],
    [410, 'not_found', 'github.gone', true],
    [451, 'permission', 'github.refused', undefined],
  ] as const) {
    it(`with status ${status} keeps GitHub's message and adds a hint`, async () => {
      const connected = await connect();
      github = connected.github;
      github.fault({ kind: 'status', status, body: { message: 'Words of GitHub.' } });
      await assert.rejects(connected.integration.getItem({ repository, number: 1 }), (error: unknown) => {
        assert.ok(error instanceof IntegrationError);
        assert.deepEqual([error.class, error.code, error.status], [errorClass, code, status]);
        assert.match(error.message, /Words of GitHub\./);
        assert.notEqual(error.hint, undefined);
        assert.equal(error instanceof IntegrationNotFoundError ? error.gone : undefined, gone);
        return true;
      });
    });
  }

  const sso = 'https://github.com/orgs/acme/sso?authorization_request=A1B2';
  const addressRefused =
    'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled.';
  for (const [name, headers, message, remedy] of [
    ['single sign-on names the page', { 'x-github-sso': `required; url=${sso}` }, 'Resource protected.', sso],
    ['an IP allow list says what to add', {}, addressRefused, "organization's IP allow list"],
    ['a missing permission names it', { 'x-accepted-github-permissions': 'issues=write' }, 'No.', 'issues=write'],
  ] as const) {
    it(`has a hint for ${name}`, async () => {
      const connected = await connect();
      github = connected.github;
      github.fault({ kind: 'status', status: 403, headers, body: { message } });
      await assert.rejects(connected.integration.getItem({ repository, number: 1 }), (error: unknown) => {
        assert.ok(error instanceof IntegrationError);
        assert.equal(error.class, 'permission');
        assert.ok(error.hint?.includes(remedy), error.hint);
        return true;
      });
    });
  }
});
