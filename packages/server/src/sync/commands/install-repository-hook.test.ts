import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unreachableNotice } from './install-repository-hook.ts';

test('a webhook address on this machine is reported, unless the provider is on this machine as well', () => {
  const path = '/api/v1/integrations/1/webhook';
  assert.match(unreachableNotice(`http://localhost:8000${path}`, 'api.github.com') ?? '', /set PUBLIC_URL/);
  for (const host of ['127.0.0.1:8000', '[::1]:8000', 'server.localhost'])
    assert.notEqual(unreachableNotice(`http://${host}${path}`, 'ghe.example:8443'), undefined, host);
  assert.equal(unreachableNotice(`http://localhost:8000${path}`, '127.0.0.1:4001'), undefined);
  assert.equal(unreachableNotice(`https://commandcenter.example${path}`, 'api.github.com'), undefined);
});
