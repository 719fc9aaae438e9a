import assert from 'node:assert/strict';
import { it } from 'node:test';
import { GITHUB_ISSUER, hostOfIssuer } from './workflow-identity.ts';

it('an issuer signs the ids of the GitHub whose API has this host', () => {
  for (const [issuer, host] of [
    [GITHUB_ISSUER, 'api.github.com'],
    [`${GITHUB_ISSUER}/acme`, 'api.github.com'],
    ['https://token.actions.acme.ghe.com', 'api.acme.ghe.com'],
    ['https://GHE.example:8443/_services/token', 'ghe.example:8443'],
    ['https://ghe.example/_services/token', 'ghe.example'],
  ] as const) {
    assert.equal(hostOfIssuer(issuer), host);
  }
});
