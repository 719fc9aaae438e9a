import type { IntegrationManifest } from '@commandcenter/integration-kit';
import { EnvironmentSchema, type VariableNotes } from '../../src/environment-schema.ts';
import type { Schema } from '../fuzz/schema-values.ts';
import type { OpenApi } from '../http/described-api.ts';

/** A field of a request that contains a secret. */
export interface SecretField {
  /** Method and path of the request, such as `POST /api/v1/integrations`. */
  route: string;
  /** Path of the field in the body, such as `config.webhook_secret`. */
  field: string;
}

/** Names of fields that look like secrets but contain none. */
const harmless = new Set([
  'auth_type',
  'previous_webhook_secret_expires_at',
  'credential_expires_at',
  'has_access_token',
  'has_refresh_token',
  'has_client_secret',
  'has_private_key',
  'has_webhook_secret',
  'authors',
  'main_author_percent',
]);
/** Response fields (`Schema.field`) that show a secret to the caller who created it. */
const shownOnce = new Set(['NewToken.token', 'WorkflowToken.token', 'ReportLink.report_url', 'Job.report_url']);
const SECRET_NAME = /secret|token|passw|passphrase|private|credential|signature|nonce|auth|(^|_)keys?$/i;

/** Returns the fields that the API description marks as write-only, and `config.webhook_secret`, which the manifests define. */
export function secretFieldsOfApi({ paths, components }: OpenApi): SecretField[] {
  return requestFields({ paths, components }).flatMap(({ route, field, schema }) => {
    if (field === 'config') return [{ route, field: 'config.webhook_secret' }];
    return schema.writeOnly === true ? [{ route, field }] : [];
  });
}

/**
 * Returns a sentence for each field that is named like a secret but not marked as one, in requests, responses, manifests and the
 * environment.
 */
export function unmarkedSecrets(api: OpenApi, manifests: readonly IntegrationManifest[]): string[] {
  const looksSecret = (field: string): boolean => {
    const name = field.split('.').at(-1) ?? '';
    return SECRET_NAME.test(name) && !harmless.has(name);
  };
  const inRequests = requestFields(api)
    .filter(({ field, schema }) => looksSecret(field) && schema.writeOnly !== true)
    .map(({ route, field }) => `${route} takes ${field}: mark it with writeOnly, or name it in secret-fields.ts`);
  const bodies = JSON.stringify(
    Object.values(api.paths).flatMap((methods) => Object.values(methods).map(({ requestBody }) => requestBody)),
  );
  const inResponses = Object.entries(api.components.schemas)
    .filter(([name]) => !bodies.includes(`/${name}"`))
    .flatMap(([name, schema]) => fieldsOf(schema, api, []).map(({ field }) => `${name}.${field}`))
    .filter((field) => looksSecret(field) && !shownOnce.has(field))
    .map((field) => `${field} is named like a secret and shown: leave it out, or name it in secret-fields.ts`);
  const inManifests = manifests.flatMap(({ type, configSchema }) =>
    fieldsOf(configSchema as Schema, api, [])
      .filter(({ field, schema }) => looksSecret(field) || schema.writeOnly === true)
      .map(({ field }) => `${type} has the setting ${field}: settings are shown, a secret must be a credential`),
  );
  const inEnvironment = Object.entries(EnvironmentSchema.properties)
    .filter(([name, schema]) => looksSecret(name) && (schema as Partial<VariableNotes>).secret !== true)
    .map(([name]) => `the variable ${name} is not marked as secret`);
  return [...inRequests, ...inResponses, ...inManifests, ...inEnvironment];
}

/** Returns the names of the environment variables that contain a secret. */
export const secretVariables = (): string[] =>
  Object.entries(EnvironmentSchema.properties)
    .filter(([, schema]) => (schema as Partial<VariableNotes>).secret === true)
    .map(([name]) => name);

type FieldSchema = Schema & { writeOnly?: boolean };
interface Field {
  field: string;
  schema: FieldSchema;
}

function requestFields(api: Pick<OpenApi, 'paths' | 'components'>): (Field & { route: string })[] {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      const route = `${method.toUpperCase()} ${path}`;
      return schema === undefined ? [] : fieldsOf(schema, api, []).map((field) => ({ route, ...field }));
    }),
  );
}

/**
 * Returns all fields of a schema with their paths.
 *
 * @param within names of the schemas that are being read, because some contain themselves
 */
function fieldsOf(schema: FieldSchema, api: Pick<OpenApi, 'components'>, within: readonly string[]): Field[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    if (within.includes(name)) return [];
    return fieldsOf((api.components.schemas[name] ?? {}) as FieldSchema, api, [...within, name]);
  }
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, property]): Field[] => [
    { field: name, schema: property },
    ...fieldsOf(property, api, within).map(({ field, schema: inner }) => ({
      field: `${name}.${field}`,
      schema: inner,
    })),
  ]);
  const inside = [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])];
  return [...below, ...inside.flatMap((one) => fieldsOf(one, api, within))];
}
