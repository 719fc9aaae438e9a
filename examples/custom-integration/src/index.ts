import * as kit from '@commandcenter/integration-kit';
import { Type } from 'typebox';

class Measurements extends kit.WebhookIntegration {
  override async handleWebhook(event: string, { id }: Record<string, unknown>): Promise<kit.WebhookResult> {
    if (event !== 'data.updated') return { status: 'ignored', reason: `${event} is not handled.` };
    const response = await this.authorizedFetch(`${this.integration.config.api_url}/measurements/${id}`);
    kit.raiseForStatus(response);
    await this.context.store.set(`measurement/${id}`, await response.json());
    return { status: 'processed' };
  }

  protected override renewCredentials(current: kit.Credentials): Promise<kit.Credentials> {
    const client = { tokenUrl: `${this.integration.config.api_url}/token`, clientId: 'commandcenter' };
    return kit.renewWithRefreshToken(this.context, client, current);
  }
}

export const integration: kit.IntegrationDefinition = {
  create: (context) => new Measurements(context),
  manifest: {
    type: 'measurements',
    title: 'Measurements',
    description: 'Keeps every measurement.',
    authTypes: { oauth: { credentials: ['access_token', 'refresh_token'], required: ['refresh_token'] } },
    configSchema: Type.Object({ api_url: Type.String() }, { additionalProperties: false }),
    hostKeys: ['api_url'],
    webhook: { ...kit.hubWebhook, events: ['data.updated'] },
  },
};
