import { type Static, Type } from 'typebox';
import { LONGEST_SECRET, SHORTEST_SECRET } from './config-input.ts';

/** Schema of a secret in a request body. No response ever contains it. */
const Secret = (description: string, maxLength: number) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description, writeOnly: true }));

const secrets = {
  access_token: Secret('Token for the provider. Write-only, encrypted.', 4096),
  refresh_token: Secret('Write-only, encrypted.', 4096),
  client_secret: Secret('Secret of an OAuth app. Write-only, encrypted.', 4096),
  private_key: Secret('Private key of a GitHub App, as PEM. Write-only, encrypted.', 20_000),
};

const appIdentity = {
  app_id: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1 }), Type.String({ minLength: 1, maxLength: 100 })], {
      description: 'Id of a GitHub App; stored in `config`.',
    }),
  ),
  installation_id: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^[0-9]{1,15}$' })], {
      description: 'Id of a GitHub App; stored in `config`.',
    }),
  ),
};

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', examples: ['GitHub: my-org'] });
const Config = Type.Record(Type.String(), Type.Unknown(), {
  description: `Settings, which depend on the type. \`webhook_secret\`, ${SHORTEST_SECRET} to ${LONGEST_SECRET} characters, is write-only.`,
  examples: [{ webhook_secret: 'your_webhook_secret', default_labels: ['commandcenter'], auto_sync: true }],
});

export const CreateIntegrationBody = Type.Object(
  {
    project_id: Type.Integer({ minimum: 1 }),
    name: Name,
    integration_type: Type.String({ minLength: 1, maxLength: 64, examples: ['github'] }),
    auth_type: Type.String({ minLength: 1, maxLength: 64, examples: ['token'] }),
    ...secrets,
    ...appIdentity,
    config: Type.Optional(Config),
    enabled: Type.Optional(Type.Boolean({ default: true })),
  },
  { additionalProperties: false },
);

export const UpdateIntegrationBody = Type.Object(
  {
    name: Type.Optional(Name),
    auth_type: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    ...secrets,
    ...appIdentity,
    config: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Merged by key; null deletes a key.' }),
    ),
    enabled: Type.Optional(Type.Boolean()),
    status: Type.Optional(
      Type.Union([Type.Literal('active'), Type.Literal('inactive')], {
        description: '`active` is the same as `enabled: true`, `inactive` the same as `enabled: false`.',
      }),
    ),
    previous_webhook_secret_expires_at: Type.Optional(
      Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'Time until which the previous secret verifies; null ends it now.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type CreateIntegrationInput = Static<typeof CreateIntegrationBody>;
export type UpdateIntegrationInput = Static<typeof UpdateIntegrationBody>;
