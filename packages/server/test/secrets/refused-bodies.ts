import type { SecretField } from './secret-fields.ts';

/** A request body with a secret that the server refuses. */
export interface RefusedBody {
  /** The reason for the refusal, such as `is cut off`. */
  fault: string;
  body: string;
  headers?: Readonly<Record<string, string>>;
}

/**
 * Returns bodies with the secret in the field, one for each way in which a body can be wrong.
 *
 * @param valid the other fields that the route needs
 */
export function refusedBodies({ field }: SecretField, secret: string, valid: Record<string, unknown>): RefusedBody[] {
  const having = (value: unknown, name = field, others: Record<string, unknown> = valid): string =>
    JSON.stringify(withField(others, name, value));
  const whole = having(secret);
  const text = { 'content-type': 'text/plain' };
  return [
    { fault: 'is cut off', body: whole.slice(0, -1) },
    { fault: 'has a comma too many', body: `${whole.slice(0, -1)},}` },
    { fault: 'is no JSON from the secret on', body: `{"${field}": ${secret}}` },
    { fault: 'is the secret alone', body: secret },
    { fault: 'is the secret as JSON', body: JSON.stringify(secret) },
    { fault: 'is a list', body: `[${whole}]` },
    { fault: 'has the field twice', body: `${whole.slice(0, -1)}, "name": ${JSON.stringify(secret)}, "name": 1}` },
    { fault: 'has a key that reaches into the prototype', body: `${whole.slice(0, -1)}, "__proto__": {}}` },
    { fault: 'is of another media type', body: whole, headers: text },
    { fault: 'has a list in the field', body: having([secret]) },
    { fault: 'has an object in the field', body: having({ value: secret }) },
    { fault: 'has a text in the field that is too long', body: having(secret.repeat(1000)) },
    { fault: 'has a text in the field that lacks its beginning', body: having(secret.slice(5)) },
    { fault: 'has a NUL in the field', body: having(`${secret}\0`) },
    { fault: 'has half a surrogate pair in the field', body: having(`${secret}\ud800`) },
    { fault: 'has blanks in the field', body: having(`${secret} ${secret}`) },
    { fault: 'has a misspelled name of the field', body: having(secret, `${field}s`) },
    { fault: 'has an unknown field beside it', body: having(secret, field, { ...valid, unknown: 1 }) },
    { fault: 'has nothing else', body: having(secret, field, {}) },
    { fault: 'is for an unknown project', body: having(secret, field, { ...valid, project_id: 999_999 }) },
    { fault: 'has an unknown auth_type', body: having(secret, field, { ...valid, auth_type: 'nonsense' }) },
    { fault: 'has an auth_type that is not available', body: having(secret, field, { ...valid, auth_type: 'oauth' }) },
    { fault: 'has a host that may not be called', body: having(secret, field, withHost(valid, 'http://10.0.0.1/')) },
    { fault: 'has it in the address of the host', body: having(secret, field, withHost(valid, addressWith(secret))) },
    { fault: 'has it in a setting', body: having(secret, 'config.default_labels', valid) },
    { fault: 'has it as an unknown setting', body: having(secret, 'config.token', valid) },
  ];
}

const addressWith = (secret: string): string => `https://user:${encodeURIComponent(secret)}@ghe.example/api/v3`;
const withHost = (body: Record<string, unknown>, api_url: string) => withField(body, 'config.api_url', api_url);

/** Returns the body with the field set. A name such as `config.webhook_secret` is a field of an object in the body. */
function withField(body: Record<string, unknown>, field: string, value: unknown): Record<string, unknown> {
  const [outer = '', inner] = field.split('.');
  if (inner === undefined) return { ...body, [outer]: value };
  return { ...body, [outer]: { ...(body[outer] as object | undefined), [inner]: value } };
}
