import { IntegrationUnavailableError } from './errors.ts';
import type { IntegrationRow } from './integration-queries.ts';

/**
 * Returns the reason why no background work of the integration may call the provider now, or null. Returns `probe` for an open circuit
 * that is due: the process that claims the probe may try.
 */
export function backgroundRefusal(row: IntegrationRow, now: Date): IntegrationUnavailableError | 'probe' | null {
  const disabled = disabledRefusal(row);
  if (disabled !== null) return disabled;
  if (row.auth_blocked) {
    return new IntegrationUnavailableError(
      'auth_blocked',
      `"${row.name}" waits for a working credential: ${row.last_error ?? 'it was refused'}`,
      {
        class: 'auth',
        hint: 'Give a new one with PATCH {"access_token": "…"}, or POST /test when it works again.',
      },
    );
  }
  if (row.circuit === 'closed') return null;
  if (row.next_attempt_at !== null && row.next_attempt_at <= now) return 'probe';
  return new IntegrationUnavailableError(
    'circuit_open',
    `The provider of "${row.name}" is down: ${row.last_error ?? 'it did not respond'}`,
    {
      class: row.last_error_class ?? 'outage',
      // A half-open circuit is being tested at this moment, and waiting work is woken when the test succeeds, so there is no time to
      // name.
      retryAt: row.circuit === 'open' ? row.next_attempt_at : null,
      hint: 'It is tried again by itself, at most 30 s apart.',
    },
  );
}

/** Returns the refusal of a disabled integration, which applies to interactive requests too, or null. */
export function disabledRefusal(row: IntegrationRow): IntegrationUnavailableError | null {
  if (row.enabled) return null;
  const by = row.disabled_by === 'errors' ? `disabled after errors (${row.last_error ?? 'unknown'})` : 'disabled';
  return new IntegrationUnavailableError('disabled', `"${row.name}" is ${by}.`, {
    class: row.disabled_by === 'errors' ? (row.last_error_class ?? 'permission') : 'permission',
    hint: 'Enable it with PATCH {"enabled": true, "status": "active"}.',
  });
}
