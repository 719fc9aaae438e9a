import { hubSignature256, type IntegrationManifest } from '@commandcenter/integration-kit';
import { Type } from 'typebox';
import { Id } from './numbers.ts';
import { handledEvents } from './webhooks/events.ts';
import { configHints, webhookHints } from './webhooks/hints.ts';

const LabelName = Type.String({ minLength: 1, maxLength: 50 });

export const manifest: IntegrationManifest = {
  type: 'github',
  title: 'GitHub',
  description:
    'Issues and research tasks follow each other; pull requests are analysed; Projects are listed. github.com and Enterprise Server.',
  icon: 'github',
  authTypes: {
    token: { credentials: ['access_token'], required: ['access_token'] },
    github_app: {
      credentials: ['private_key'],
      required: ['private_key'],
      requiredConfig: ['app_id', 'installation_id'],
    },
    oauth: { credentials: [], required: [], unavailable: 'is not yet available; use "token" or "github_app"' },
  },
  configSchema: Type.Object(
    {
      default_labels: Type.Optional(
        Type.Array(LabelName, { maxItems: 20, description: 'Put on issues that are made from tasks.' }),
      ),
      auto_sync: Type.Optional(Type.Boolean({ default: true, description: 'Issues become tasks by themselves.' })),
      api_url: Type.Optional(
        Type.String({
          format: 'uri',
          maxLength: 500,
          description: 'REST API of an Enterprise Server: https://ghe.example/api/v3.',
        }),
      ),
      repositories: Type.Optional(
        Type.Array(Type.String({ pattern: '^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$' }), {
          maxItems: 200,
          description: 'Take in only these (owner/name); empty: every repository whose events verify.',
        }),
      ),
      poll_seconds: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 86_400,
          description: 'How often repositories without a webhook are polled.',
        }),
      ),
      conflict_policy: Type.Optional(
        Type.Enum(['newest', 'remote', 'local', 'manual'], {
          default: 'newest',
          description:
            'What happens to a field that was edited on both sides: the newer edit, the issue or the task wins, or a person decides.',
        }),
      ),
      app_id: Type.Optional(Type.Union([Id, Type.String({ pattern: '^[A-Za-z0-9._-]{1,100}$' })])),
      installation_id: Type.Optional(Id),
    },
    { additionalProperties: false },
  ),
  hostKeys: ['api_url'],
  defaultHost: 'api.github.com',
  // GitHub: "body is too long (maximum is 65536 characters)".
  longestItemBody: 65_536,
  webhook: {
    signature: hubSignature256,
    eventHeader: 'x-github-event',
    deliveryHeader: 'x-github-delivery',
    pingEvent: 'ping',
    events: handledEvents,
    formField: 'payload',
    hints: webhookHints,
    configHints,
    unnarrowedEvents: ['installation'],
  },
};
