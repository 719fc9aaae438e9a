import type { Change, IntegrationRecord } from '@commandcenter/integration-kit';

/** The changes that follow from an event, or a sentence that explains why there are none. */
export type EventOutcome = { changes: Change[] } | { ignored: string };

/** The integration that received the event. */
export type ReceivingIntegration = Readonly<Pick<IntegrationRecord, 'authType' | 'config'>>;

export type EventHandler = (payload: Record<string, unknown>, integration: ReceivingIntegration) => EventOutcome;

export const actionOf = (payload: Record<string, unknown>): string =>
  typeof payload.action === 'string' ? payload.action : 'without action';

export const ignoreAction = (event: string, action: string): EventOutcome => ({
  ignored: `${event}.${action} changes nothing here.`,
});
