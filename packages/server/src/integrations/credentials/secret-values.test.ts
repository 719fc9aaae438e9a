import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { IntegrationError } from '@commandcenter/integration-kit';
import { SecretValues } from './secret-values.ts';

const TOKEN = 'core/+%"x&7f3a9c51d2e84b60';
const secretsOf = (...values: string[]): SecretValues => {
  const secrets = new SecretValues();
  secrets.add(...values);
  return secrets;
};

describe('the secrets of an operation', () => {
  it('are recognized in every form in which a server can repeat them, in any letter case', () => {
    const secrets = secretsOf(TOKEN);
    for (const repeated of [
      TOKEN,
      TOKEN.toUpperCase(),
      encodeURIComponent(TOKEN),
      encodeURIComponent(TOKEN).toLowerCase(),
      new URLSearchParams({ token: TOKEN }).toString(),
      JSON.stringify({ token: TOKEN }),
      new URL(`http://ghe.example/?${TOKEN}`).href,
      new URL(`http://ghe.example/${TOKEN}`).href,
      encodeURI(TOKEN),
      ...['', 'a', 'ab', 'abc', 'x-access-token:'].flatMap((before) =>
        (['base64', 'base64url'] as const).map((alphabet) => Buffer.from(`${before}${TOKEN}`).toString(alphabet)),
      ),
    ]) {
      const said = secrets.redact(`it says ${repeated} twice: ${repeated}`);
      assert.match(said, /^it says .*\[redacted\].* twice: .*\[redacted\]/, repeated);
      assert.doesNotMatch(said, /7f3a9c51/i);
    }
    assert.equal(secrets.redact('it says nothing'), 'it says nothing');
  });

  it('include the credentials in the headers of a request', () => {
    const secrets = new SecretValues();
    const basic = Buffer.from('someone:pass:word-1').toString('base64');
    secrets.addHeaders({ Authorization: `Basic ${basic}`, cookie: 'session=abcdefgh', accept: 'application/json' });
    assert.equal(secrets.redact(`pass:word-1, ${basic}`), '[redacted], [redacted]');
    assert.equal(secrets.redact('session=abcdefgh application/json'), '[redacted] application/json');
  });

  it('include each line of a private key, also of one with its line ends written out', () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const line = privateKey.split('\n')[3] ?? '';
    for (const given of [privateKey, privateKey.replaceAll('\n', '\\n')]) {
      const secrets = new SecretValues();
      secrets.addCredentials({ privateKey: given });
      assert.equal(secrets.redact(`bad line: ${line}`), 'bad line: [redacted]');
    }
  });

  it('are bounded: those that were used last are kept', () => {
    const secrets = secretsOf('the-first-secret');
    for (let number = 1; number <= 150; number += 1) {
      secrets.add(`secret-number-${number}`);
      if (number % 50 === 0) secrets.add('the-first-secret');
    }
    assert.equal(secrets.redact('the-first-secret secret-number-150.'), '[redacted] [redacted].');
    assert.equal(secrets.redact('secret-number-2.'), 'secret-number-2.');
  });

  it('are not short texts, which occur by chance', () => {
    assert.equal(secretsOf('t', '').redact('a text with t'), 'a text with t');
  });

  it('are removed from an error, which stays what it is, with its causes and all that they hold', () => {
    const secrets = secretsOf(TOKEN);
    const response = { status: 400, headers: { [TOKEN]: TOKEN }, list: [TOKEN, { deep: TOKEN }], when: new Date(0) };
    const inner = Object.assign(new TypeError(`inner ${TOKEN}`), { response, url: new URL(`http://a/?${TOKEN}`) });
    const cause = new AggregateError([inner, new Error(TOKEN)], `all ${TOKEN}`);
    const error = new IntegrationError(`outer ${TOKEN}`, { class: 'auth', hint: `hint ${TOKEN}`, cause });
    (response as Record<string, unknown>).self = response;
    assert.equal(secrets.redactError(error), error);
    assert.deepEqual([error.message, error.hint, error.class], ['outer [redacted]', 'hint [redacted]', 'auth']);
    assert.equal(error.cause, cause);
    const shown = [error, cause, ...cause.errors].map((one: Error) => [one.message, one.stack, Object.values(one)]);
    delete (inner.response as Record<string, unknown>).self;
    assert.doesNotMatch(JSON.stringify([shown, inner.response]), /7f3a9c51/);
    assert.deepEqual(inner.response.when, new Date(0));
    // The original response is not changed, because other code may still use it.
    assert.equal(response.headers[TOKEN], TOKEN);
  });
});
