import Type from 'typebox';
import { Id, Nullable, Strict, Timestamp } from '../http/fields.ts';
import { ErrorClassName } from './health/error-classes.ts';
import { CreateIntegrationBody, UpdateIntegrationBody } from './integration-bodies.ts';

const Status = Type.Enum(['active', 'pending', 'degraded', 'error', 'inactive']);
const SuccessRate = Nullable(
  Type.Number({ minimum: 0, maximum: 100, description: 'Percent; null before the first call.' }),
);
const Consecutive = Type.Integer({ minimum: 0, description: 'Consecutive errors. A success resets it to 0.' });

const RateLimit = Strict(
  {
    limit: Type.Integer(),
    remaining: Type.Integer(),
    reset_at: Timestamp('Time of the next reset.'),
    resource: Type.String({ examples: ['core'] }),
  },
  { title: 'RateLimit', description: 'The rate limit, as the provider states it.' },
);

const CredentialExpiry = Nullable(
  Timestamp('Time at which the credential expires; null if the provider does not say.'),
);

const Account = Strict(
  { id: Type.String(), login: Type.String(), type: Type.Enum(['user', 'bot', 'organization']) },
  { title: 'ExternalAccount', description: 'The account of the credential at the provider.' },
);

const Overlap = Strict(
  {
    integration_id: Id('The other integration.'),
    name: Type.String({ description: 'Name of the other integration.' }),
    repositories: Type.Array(Type.String({ examples: ['my-org/my-repo'] }), {
      maxItems: 100,
      description: 'Owner/name, sorted; the first 100.',
    }),
    followed_by: Id('The integration that brings in their items: the older one of the two.'),
  },
  { title: 'IntegrationOverlap', description: 'Repositories that another integration of the project sees as well.' },
);

export const Integration = Strict(
  {
    id: Id('Id of the object.'),
    project_id: Id('The project it belongs to.'),
    name: Type.String(),
    integration_type: Type.String({ examples: ['github'] }),
    auth_type: Type.String({ examples: ['token'] }),
    config: Type.Record(Type.String(), Type.Unknown(), {
      description: 'Settings, which depend on the type. Contains no secrets.',
    }),
    has_access_token: Type.Boolean(),
    has_refresh_token: Type.Boolean(),
    has_client_secret: Type.Boolean(),
    has_private_key: Type.Boolean(),
    has_webhook_secret: Type.Boolean(),
    previous_webhook_secret_expires_at: Nullable(Timestamp('Time until which the previous webhook secret verifies.')),
    account: Nullable(Account),
    enabled: Type.Boolean(),
    disabled_by: Nullable(Type.Enum(['user', 'errors'])),
    status: Status,
    error_count: Consecutive,
    total_error_count: Type.Integer({ minimum: 0 }),
    success_count: Type.Integer({ minimum: 0 }),
    success_rate: SuccessRate,
    last_error: Nullable(Type.String()),
    last_error_class: Nullable(ErrorClassName),
    last_error_at: Nullable(Timestamp('When.')),
    last_success_at: Nullable(Timestamp('When.')),
    rate_limit: Nullable(RateLimit),
    credential_expires_at: CredentialExpiry,
    overlaps: Type.Array(Overlap, { description: 'One entry for each integration with the same repositories.' }),
    created_at: Timestamp('Time of creation.'),
    updated_at: Timestamp('Time of the last change by a person. Changes of its health do not count.'),
  },
  {
    title: 'Integration',
    description: 'A connection to a provider. Secrets are write-only; `has_…` says that one is stored.',
    examples: [
      {
        id: 1,
        project_id: 1,
        name: 'GitHub: my-org',
        integration_type: 'github',
        auth_type: 'token',
        config: { default_labels: ['commandcenter'], auto_sync: true },
        has_access_token: true,
        has_refresh_token: false,
        has_client_secret: false,
        has_private_key: false,
        has_webhook_secret: true,
        previous_webhook_secret_expires_at: null,
        account: { id: '583231', login: 'octocat', type: 'user' },
        enabled: true,
        disabled_by: null,
        status: 'active',
        error_count: 0,
        total_error_count: 0,
        success_count: 142,
        success_rate: 100,
        last_error: null,
        last_error_class: null,
        last_error_at: null,
        last_success_at: '2026-01-31T12:00:00.000Z',
        rate_limit: { limit: 5000, remaining: 4980, reset_at: '2026-01-31T12:48:00.000Z', resource: 'core' },
        credential_expires_at: '2026-12-08T13:39:37.000Z',
        overlaps: [],
        created_at: '2026-01-30T12:00:00.000Z',
        updated_at: '2026-01-30T12:00:00.000Z',
      },
    ],
  },
);

export const IntegrationInput = Strict(CreateIntegrationBody.properties, {
  title: 'IntegrationInput',
  examples: [
    {
      project_id: 1,
      name: 'GitHub: my-org',
      integration_type: 'github',
      auth_type: 'token',
      access_token: 'ghp_...',
      config: { webhook_secret: 'your_webhook_secret', default_labels: ['commandcenter'], auto_sync: true },
    },
  ],
});

export const IntegrationPatch = Strict(UpdateIntegrationBody.properties, {
  title: 'IntegrationPatch',
  minProperties: 1,
  examples: [{ enabled: true, status: 'active' }],
});

export const IntegrationTest = Strict(
  {
    ok: Type.Boolean(),
    message: Type.String({ description: 'The result, and how to fix a failure.' }),
    class: Type.Optional(ErrorClassName),
    account: Type.Optional(Account),
    scopes_missing: Type.Array(Type.String(), { description: 'Scopes that the credential lacks.' }),
  },
  {
    title: 'IntegrationTest',
    examples: [
      {
        ok: true,
        message: 'Signed in as octocat.',
        account: { id: '583231', login: 'octocat', type: 'user' },
        scopes_missing: [],
      },
    ],
  },
);

export const IntegrationHealth = Strict(
  {
    status: Status,
    enabled: Type.Boolean(),
    is_healthy: Type.Boolean(),
    error_count: Consecutive,
    success_count: Type.Integer({ minimum: 0 }),
    success_rate: SuccessRate,
    last_error: Nullable(Type.String()),
    last_error_class: Nullable(ErrorClassName),
    last_success_at: Nullable(Timestamp('When.')),
    circuit: Type.Enum(['closed', 'open', 'half_open']),
    next_attempt_at: Nullable(Timestamp('Time before which no background call is made.')),
    rate_limit: Nullable(RateLimit),
    credential_expires_at: CredentialExpiry,
    remedy: Type.Optional(
      Type.String({
        description: 'How to fix what is wrong, or how to replace a credential that expires within 14 days.',
      }),
    ),
    notice: Type.Optional(
      Type.String({
        description:
          'About repositories that another integration of the project sees as well, and about code of the integration type that failed in this process within the last hour.',
      }),
    ),
  },
  {
    title: 'IntegrationHealth',
    examples: [
      {
        status: 'active',
        enabled: true,
        is_healthy: true,
        error_count: 0,
        success_count: 142,
        success_rate: 100,
        last_error: null,
        last_error_class: null,
        last_success_at: '2026-01-31T12:00:00.000Z',
        circuit: 'closed',
        next_attempt_at: null,
        rate_limit: null,
        credential_expires_at: null,
      },
    ],
  },
);
