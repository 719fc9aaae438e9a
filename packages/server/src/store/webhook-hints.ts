import type { WebhookHint } from '@commandcenter/integration-kit';
import type { Transaction } from './database.ts';

/** Replaces the hints that the integration's configuration gives; learned ones stay. */
export async function replaceConfiguredHints(
  trx: Transaction,
  integration: { id: number; integration_type: string },
  hints: readonly WebhookHint[],
): Promise<void> {
  await trx
    .deleteFrom('webhook_hints')
    .where('integration_id', '=', integration.id)
    .where('learned', '=', false)
    .execute();
  if (hints.length > 0) await addConfiguredHints(trx, integration, hints);
}

export async function addConfiguredHints(
  trx: Transaction,
  integration: { id: number; integration_type: string },
  hints: readonly WebhookHint[],
): Promise<void> {
  await trx
    .insertInto('webhook_hints')
    .values(
      hints.map(({ kind, value }) => ({
        integration_type: integration.integration_type,
        kind,
        value: value.toLowerCase(),
        integration_id: integration.id,
        learned: false,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['integration_type', 'kind', 'value', 'integration_id']).doUpdateSet({ learned: false }),
    )
    .execute();
}
