import type { Settings } from '../settings.ts';

function withoutStateReason(key: string, value: unknown): unknown {
  return key === 'state_reason' ? undefined : value;
}

/** Returns the JSON text of a response body or webhook payload, without fields that this version of GitHub does not have. */
export function serialize(value: unknown, settings: Settings): string {
  return JSON.stringify(value, settings.omitStateReason ? withoutStateReason : undefined);
}
