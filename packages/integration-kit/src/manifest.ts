import type { TObject } from 'typebox';
import type { BaseIntegration } from './base-integration.ts';
import type { IntegrationContext } from './context.ts';
import type { WebhookSignature } from './webhook-signature.ts';

/** Describes an integration's webhooks: the headers with signature, event and delivery id (names in lower case), and the events. */
export interface WebhookManifest {
  signature: WebhookSignature;
  eventHeader: string;
  deliveryHeader: string;
  /** Event that is acknowledged with `pong` and not stored, such as GitHub's `ping`. */
  pingEvent?: string;
  /** Events that `handleWebhook` handles. Other events are stored and become `ignored`. */
  events: readonly string[];
  /** Form field that contains the JSON if the body is form-encoded. */
  formField?: string;
  /** Reads hints from an unverified request that narrow down which integration's secret to try. It must not throw for any JSON value. */
  hints?(headers: Record<string, string | undefined>, payload: unknown): WebhookHint[];
  /**
   * Returns the webhook hints that an integration's configuration gives: the repositories that it names, the installation that it belongs
   * to.
   */
  configHints?(config: Record<string, unknown>): WebhookHint[];
  /**
   * Events that every integration with the right secret receives even if they name another installation, because they announce new
   * installations. `handleWebhook` decides whether to use them. GitHub's example is `installation`.
   */
  unnarrowedEvents?: readonly string[];
}

export interface WebhookHint {
  kind: 'hook' | 'hook_target' | 'installation' | 'repository_id' | 'repository' | 'organization_id' | 'organization';
  /** Value of a webhook hint in lower case, such as a repository's name. */
  value: string;
}

export interface AuthTypeManifest {
  /** Secret fields that this way of signing in accepts, such as `access_token`. */
  credentials: readonly ('access_token' | 'refresh_token' | 'client_secret' | 'private_key')[];
  /** Secret fields that must be present for this way of signing in. */
  required: readonly string[];
  /** Keys of `config` that must be present, such as `app_id`. */
  requiredConfig?: readonly string[];
  /** Detail of the 422 response if this way of signing in is not available yet. */
  unavailable?: string;
}

/** Describes an integration before any of its code runs. */
export interface IntegrationManifest {
  type: string;
  title: string;
  description: string;
  icon?: string;
  authTypes: Record<string, AuthTypeManifest>;
  /** Schema of `config`, without secrets. Unknown keys are refused. */
  configSchema: TObject;
  /**
   * Keys of `config` that contain a host which receives credentials. A request that changes such a key must contain the credential again.
   */
  hostKeys?: readonly string[];
  /** Host that is called if no host key is configured. It is part of the identity of items and repositories. Default: the type. */
  defaultHost?: string;
  /**
   * Largest number of characters (Unicode code points) in the body of an item, if there is a known limit. A text that leaves no room for
   * the create marker is created shortened and completed by the next update.
   */
  longestItemBody?: number;
  webhook?: WebhookManifest;
}

/** The value that an integration package exports as `integration`. */
export interface IntegrationDefinition {
  manifest: IntegrationManifest;
  create(context: IntegrationContext): BaseIntegration;
}
