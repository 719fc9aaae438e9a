import { type ErrorClass, IntegrationError } from '@commandcenter/integration-kit';
import type { IntegrationHost } from '../host.ts';
import type { IntegrationRow } from '../integration-queries.ts';

export interface IntegrationTestView {
  ok: boolean;
  message: string;
  class?: ErrorClass;
  account?: NonNullable<IntegrationRow['account']>;
  scopes_missing: string[];
}

/** Tests the connection, whatever state the integration is in. A failed test is returned, not thrown. */
export async function testIntegration(
  host: IntegrationHost,
  id: number,
  signal?: AbortSignal,
): Promise<IntegrationTestView> {
  try {
    const { message, account, scopesMissing } = await host.test(id, signal);
    return { ok: true, message, scopes_missing: scopesMissing, ...(account === null ? {} : { account }) };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
    return { ok: false, message, class: error.class, scopes_missing: [] };
  }
}
