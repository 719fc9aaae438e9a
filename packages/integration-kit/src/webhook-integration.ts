import { BaseIntegration } from './base-integration.ts';
import type { IntegrationRecord } from './context.ts';
import { verifySignature } from './webhook-signature.ts';

/** Outcome of a verified event. `reason` is shown to people. */
export interface WebhookResult {
  status: 'processed' | 'ignored';
  reason?: string;
}

/**
 * Base class for integrations that receive webhooks. Before `handleWebhook` runs, the server has verified the signature over the raw bytes,
 * stored the delivery and acknowledged it to the sender. Report changes with `this.context.emit(change)`. Throw `UnusablePayloadError` to
 * end the delivery as `failed`, so that people can replay it.
 */
export abstract class WebhookIntegration extends BaseIntegration {
  /**
   * Loads the record, and adds the newest secret to it as `config.webhook_secret`. That property is not enumerable, so that no copy and
   * no JSON contains it.
   */
  override async load(): Promise<IntegrationRecord> {
    const record = await super.load();
    const [newest = ''] = await this.context.webhookSecrets();
    const config = Object.defineProperty({ ...record.config }, 'webhook_secret', { value: newest, enumerable: false });
    this.integration = { ...record, config };
    return this.integration;
  }

  /**
   * Handles one verified event and returns the outcome. `eventType` is the sender's name of the event, without its action. Check every
   * field of the payload that you use, because strangers can write it.
   */
  abstract handleWebhook(eventType: string, payload: Record<string, unknown>): Promise<WebhookResult>;

  /** Returns the newest secret, or an empty text if there is none. An empty secret verifies nothing. */
  getWebhookSecret(): string {
    const secret = this.integration.config.webhook_secret;
    return typeof secret === 'string' ? secret : '';
  }

  override async verifyWebhookSignature(rawBody: Uint8Array | string, signature: string | undefined): Promise<boolean> {
    const scheme = (this.constructor as typeof BaseIntegration).webhookSignature;
    return (
      verifySignature(scheme, rawBody, signature, this.getWebhookSecret()) ||
      super.verifyWebhookSignature(rawBody, signature)
    );
  }
}
