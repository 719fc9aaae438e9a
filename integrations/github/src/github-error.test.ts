import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakeGitHub } from '@commandcenter/fake-github';
import { IntegrationError, IntegrationNotFoundError } from '@commandcenter/integration-kit';
import { connect, repository } from '../test/fixture.ts';

describe('a refusal by GitHub', () => {
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
    it(`with ${status} keeps GitHub's own words and gives a remedy`, async () => {
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
});
