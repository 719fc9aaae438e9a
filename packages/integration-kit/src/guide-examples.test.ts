import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BaseIntegration,
  type IntegrationContext,
  IntegrationError,
  OAuthIntegration,
  raiseForStatus,
  signWebhook,
  WebhookIntegration,
  type WebhookResult,
} from './index.ts';
import { createMemoryContext } from './testing/memory-context.ts';

/** TypeScript versions of the three Python examples in the section "Custom Integrations" of the External Integrations Guide. */

class CustomIntegration extends BaseIntegration {
  /** The API call of the example, which a test can replace. It stands for the guide's comment "Make test API call". */
  call: () => Promise<void> = async () => {};

  constructor(context: IntegrationContext) {
    super(context);
  }

  override async testConnection(): Promise<boolean> {
    try {
      await this.getAccessToken();
      await this.call();
      await this.recordSuccess();
      return true;
    } catch (error) {
      await this.recordError(String(error));
      throw new IntegrationError(`Connection test failed: ${error}`);
    }
  }

  override async getDisplayName(): Promise<string> {
    return 'Custom Integration';
  }

  override async syncData(): Promise<Record<string, unknown>> {
    return {};
  }
}

class CustomWebhookIntegration extends WebhookIntegration {
  override async handleWebhook(eventType: string, payload: Record<string, unknown>): Promise<WebhookResult> {
    if (eventType === 'data.updated') return this.#handleDataUpdate(payload);
    return { status: 'ignored' };
  }

  override getWebhookSecret(): string {
    const integration = this.integration;
    return String(integration.config.webhook_secret ?? '');
  }

  async #handleDataUpdate(_payload: Record<string, unknown>): Promise<WebhookResult> {
    await this.recordSuccess();
    return { status: 'processed' };
  }
}

class CustomOAuthIntegration extends OAuthIntegration {
  override getOAuthAuthorizeUrl(state: string, redirectUri: string): string {
    const params = { client_id: this.clientId, redirect_uri: redirectUri, state, scope: 'read write' };
    return `https://api.service.com/oauth/authorize?${new URLSearchParams(params)}`;
  }

  override async exchangeCodeForToken(code: string, redirectUri: string): Promise<unknown> {
    const response = await this.context.fetch('https://api.service.com/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        client_id: this.clientId,
        client_secret: this.clientSecret,
      }),
    });
    raiseForStatus(response);
    return response.json();
  }
}

describe('Guide, Custom Integrations, 1. Extend BaseIntegration', () => {
  it('tests its connection and records success and failure', async () => {
    const context = createMemoryContext({ credentials: { accessToken: 't' } });
    const integration = new CustomIntegration(context);
    assert.equal(await integration.testConnection(), true);
    assert.equal(context.successes, 1);
    assert.equal(await integration.getDisplayName(), 'Custom Integration');
    assert.deepEqual(await integration.syncData(), {});
    integration.call = async () => {
      throw new Error('no route');
    };
    await assert.rejects(integration.testConnection(), /Connection test failed: Error: no route/);
    assert.deepEqual(
      context.errors.map(({ message }) => message),
      ['Error: no route'],
    );
    assert.equal((await integration.checkHealth()).errorCount, 1);
  });
});

describe('Guide, Custom Integrations, 2. Add Webhook Support', () => {
  it('handles the events it knows and ignores the others', async () => {
    const context = createMemoryContext({ webhookSecrets: ['s3cret', 'older'] });
    const integration = new CustomWebhookIntegration(context);
    await integration.load();
    assert.deepEqual(await integration.handleWebhook('data.updated', {}), { status: 'processed' });
    assert.deepEqual(await integration.handleWebhook('data.deleted', {}), { status: 'ignored' });
    assert.equal(context.successes, 1);
  });

  it('verifies HMAC-SHA256 with the current and the previous secret, and exposes neither', async () => {
    const integration = new CustomWebhookIntegration(createMemoryContext({ webhookSecrets: ['s3cret', 'older'] }));
    await integration.load();
    assert.equal(integration.getWebhookSecret(), 's3cret');
    assert.ok(!JSON.stringify(integration.integration).includes('s3cret'));
    const body = '{"test": "payload"}';
    const sign = (secret: string) => signWebhook(CustomWebhookIntegration.webhookSignature, body, secret);
    // The guide's section Troubleshooting computes this signature of `{"test": "payload"}` with openssl.
    assert.equal(sign('your_secret'), 'sha256=a06e4a17f92b8fedd28c2151e32f258ba6f862d4b7d2e37cae52fedfe8024a44');
    assert.equal(await integration.verifyWebhookSignature(body, sign('s3cret')), true);
    assert.equal(await integration.verifyWebhookSignature(body, sign('older')), true);
    for (const wrong of [
      undefined,
      '',
      'sha256=',
      sign('other'),
      sign('s3cret').slice(7),
      `${sign('s3cret')}00`,
      'sha256=zz',
    ]) {
      assert.equal(await integration.verifyWebhookSignature(body, wrong), false);
    }
  });

  it('verifies nothing without a secret', async () => {
    const integration = new CustomWebhookIntegration(createMemoryContext());
    await integration.load();
    const signature = signWebhook(CustomWebhookIntegration.webhookSignature, 'x', '');
    assert.equal(await integration.verifyWebhookSignature('x', signature), false);
  });
});

describe('Guide, Custom Integrations, 3. Add OAuth Support', () => {
  it('builds the authorize URL and exchanges the code for a token', async () => {
    const bodies: string[] = [];
    const context = createMemoryContext({
      record: { config: { client_id: 'id' } },
      credentials: { clientSecret: 'secret' },
      fetch: async (_url, init) => {
        bodies.push(String(init?.body));
        return Response.json({ access_token: 'a' });
      },
    });
    const integration = new CustomOAuthIntegration(context);
    await integration.load();
    const url = integration.getOAuthAuthorizeUrl('s', 'https://cc.example/cb');
    assert.equal(
      url,
      'https://api.service.com/oauth/authorize?client_id=id&redirect_uri=https%3A%2F%2Fcc.example%2Fcb&state=s&scope=read+write',
    );
    assert.deepEqual(await integration.exchangeCodeForToken('c', 'https://cc.example/cb'), { access_token: 'a' });
    assert.match(bodies[0] ?? '', /grant_type=authorization_code&code=c&.*client_secret=secret$/);
  });
});
