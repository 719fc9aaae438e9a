import type { Change, IntegrationRecord } from '@commandcenter/integration-kit';

/** The changes that an event means, or a sentence that says why it means none. */
export type Handled = { changes: Change[] } | { ignored: string };

/** The integration that received the event. */
export type ReceivingIntegration = Readonly<Pick<IntegrationRecord, 'authType' | 'config'>>;

export type EventHandler = (payload: Record<string, unknown>, integration: ReceivingIntegration) => Handled;

export const actionOf = (payload: Record<string, unknown>): string =>
  typeof payload.action === 'string' ? payload.action : 'without action';

export const notHandled = (event: string, action: string): Handled => ({
  ignored: `${event}.${action} changes nothing here.`,
});
