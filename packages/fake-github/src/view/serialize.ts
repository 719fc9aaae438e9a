import type { Settings } from '../settings.ts';

function withoutStateReason(key: string, value: unknown): unknown {
  return key === 'state_reason' ? undefined : value;
}

/** JSON text of a response body or webhook payload, without the fields that this version of GitHub does not know. */
export function serialize(value: unknown, settings: Settings): string {
  return JSON.stringify(value, settings.omitStateReason ? withoutStateReason : undefined);
}
