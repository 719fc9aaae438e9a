import type { BaseIntegration } from '@commandcenter/integration-kit';
import { ApiError, notFound } from '../errors.ts';
import type { IntegrationHost } from './host.ts';
import type { IntegrationRow } from './integration-queries.ts';

/**
 * Throws a 422 if integrations of this type lack a capability, before anything is sent to the provider. `what` names the capability in
 * the message.
 */
export async function requireCapability<Capability extends object>(
  host: Pick<IntegrationHost, 'open'>,
  row: IntegrationRow,
  isCapable: (instance: object) => instance is Capability,
  what: string,
): Promise<void> {
  const { instance } = await host.open(row);
  if (isCapable(instance)) return;
  throw new ApiError(
    422,
    'integration.capability_missing',
    `Integration ${row.id} is of type "${row.integration_type}", which has no ${what}. Use an integration of a type that has.`,
  );
}

/** Throws a 404 if a path names a type of integration (`type`) and the integration is of another one. */
export function requireType(row: IntegrationRow, type: string | null): void {
  if (type !== null && row.integration_type !== type) {
    throw notFound(`integration ${row.id} of type "${type}" (it is of type "${row.integration_type}")`);
  }
}

/**
 * Returns an integration's instance with the type of a capability that `requireCapability` has already found. Throws if the instance
 * lacks the capability.
 */
export function asCapable<Capability extends object>(
  instance: BaseIntegration,
  isCapable: (instance: object) => instance is Capability,
): Capability {
  if (isCapable(instance)) return instance;
  throw new Error(`an integration lost a capability between two calls: ${isCapable.name}`);
}
