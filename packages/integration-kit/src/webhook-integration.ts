import { BaseIntegration } from './base-integration.ts';
import type { IntegrationRecord } from './context.ts';
import { verifySignature } from './webhook-signature.ts';

/** What became of a verified event. `reason` is shown to people. */
export interface WebhookResult {
  status: 'processed' | 'ignored';
  reason?: string;
}

/**
 * Receives events. Only verified ones arrive here: the server has checked the signature over the raw bytes, stored the delivery and
 * answered the sender before `handleWebhook` runs. What happened is told with `this.context.emit(change)`; throwing
 * `UnusablePayloadError` ends the delivery as `failed`, to be replayed.
 */
export abstract class WebhookIntegration extends BaseIntegration {
  /** Also puts the newest secret where `config.webhook_secret` is looked for; it is not enumerable, so no copy or JSON carries it. */
  override async load(): Promise<IntegrationRecord> {
    const record = await super.load();
    const [newest = ''] = await this.context.webhookSecrets();
    const config = Object.defineProperty({ ...record.config }, 'webhook_secret', { value: newest, enumerable: false });
    this.integration = { ...record, config };
    return this.integration;
  }

  /** The event's name as the sender gives it, without its action. The payload is data of strangers: check what is used. */
  abstract handleWebhook(eventType: string, payload: Record<string, unknown>): Promise<WebhookResult>;

  /** The newest secret, empty when there is none (then nothing verifies). */
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
