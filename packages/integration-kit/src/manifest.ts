import type { TObject } from 'typebox';
import type { BaseIntegration } from './base-integration.ts';
import type { IntegrationContext } from './context.ts';

/** How a sender proves that a webhook is its own. Data, so that no integration writes verification code. */
export interface WebhookSignature {
  /** Lower case: `x-hub-signature-256`. */
  header: string;
  algorithm: 'sha256' | 'sha1' | 'sha512';
  encoding: 'hex' | 'base64';
  /** What stands before the signature: `sha256=`. */
  prefix?: string;
}

/** Where a webhook request says what it is. Header names in lower case. */
export interface WebhookManifest {
  signature: WebhookSignature;
  eventHeader: string;
  deliveryHeader: string;
  /** Answered `pong` without being stored: GitHub's `ping`. */
  pingEvent?: string;
  /** Events that `handleWebhook` handles; others are stored and end `ignored`. */
  events: readonly string[];
  /** A form field that carries the JSON when the body is form-encoded. */
  formField?: string;
  /** Untrusted hints that narrow which integration's secret to try. Must not throw on any JSON value. */
  hints?(headers: Record<string, string | undefined>, payload: unknown): WebhookHint[];
  /** Hints that the configuration itself gives: the repositories it names, the installation it is for. */
  configHints?(config: Record<string, unknown>): WebhookHint[];
  /**
   * Events that every integration with the secret receives, also when they name another installation than its own, because they
   * announce new ones; `handleWebhook` decides about them. GitHub: `installation`.
   */
  unnarrowedEvents?: readonly string[];
}

export interface WebhookHint {
  kind: 'hook' | 'hook_target' | 'installation' | 'repository_id' | 'repository' | 'organization_id' | 'organization';
  /** Lower case. */
  value: string;
}

export interface AuthTypeManifest {
  /** Secret fields that this way of signing in takes: `access_token`, `private_key`, … */
  credentials: readonly ('access_token' | 'refresh_token' | 'client_secret' | 'private_key')[];
  /** Those that must be there. */
  required: readonly string[];
  /** Keys of `config` that must be there: `app_id`, `installation_id`. */
  requiredConfig?: readonly string[];
  /** Said with 422 when it is not available yet. */
  unavailable?: string;
}

/** What an integration is, before any code of it runs. */
export interface IntegrationManifest {
  type: string;
  title: string;
  description: string;
  icon?: string;
  authTypes: Record<string, AuthTypeManifest>;
  /** `config` without secrets; unknown keys are refused. */
  configSchema: TObject;
  /** Keys of `config` that name a host which receives credentials: changing one needs the credential in the same request. */
  hostKeys?: readonly string[];
  /** The host that is called when no host key is configured; it identifies items and repositories. Default: the type. */
  defaultHost?: string;
  /**
   * Characters (Unicode code points) that the body of an item may have, where that is known. A text that leaves no room for the create
   * marker is created shortened, and completed by the update that follows.
   */
  longestItemBody?: number;
  webhook?: WebhookManifest;
}

/** What an integration package exports as `integration`. */
export interface IntegrationDefinition {
  manifest: IntegrationManifest;
  create(context: IntegrationContext): BaseIntegration;
}
