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
    'Keeps issues and research tasks in sync, analyzes pull requests and lists Projects. For github.com and Enterprise Server.',
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
        Type.Array(LabelName, { maxItems: 20, description: 'Labels of issues that are created from tasks.' }),
      ),
      auto_sync: Type.Optional(Type.Boolean({ default: true, description: 'Create a task for every issue.' })),
      api_url: Type.Optional(
        Type.String({
          format: 'uri',
          maxLength: 500,
          description: 'Address of the REST API of an Enterprise Server, such as https://ghe.example/api/v3.',
        }),
      ),
      repositories: Type.Optional(
        Type.Array(Type.String({ pattern: '^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$' }), {
          maxItems: 200,
          description: 'Repositories (owner/name) to sync. If empty, every repository whose webhooks verify.',
        }),
      ),
      poll_seconds: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 86_400,
          description: 'Seconds between polls of a repository without a webhook.',
        }),
      ),
      conflict_policy: Type.Optional(
        Type.Enum(['newest', 'remote', 'local', 'manual'], {
          default: 'newest',
          description:
            'Decides a field that was edited on both sides: newest edit, issue (remote), task (local), or a person (manual).',
        }),
      ),
      app_id: Type.Optional(Type.Union([Id, Type.String({ pattern: '^[A-Za-z0-9._-]{1,100}$' })])),
      installation_id: Type.Optional(Id),
    },
    { additionalProperties: false },
  ),
  hostKeys: ['api_url'],
  defaultHost: 'api.github.com',
  // Limit of an issue's description, from GitHub's error message "body is too long (maximum is 65536 characters)".
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
