import type { Change } from '@commandcenter/integration-kit';

/** What an event means: changes, or in words why there are none. */
export type Handled = { changes: Change[] } | { ignored: string };

export type EventHandler = (payload: Record<string, unknown>) => Handled;

export const actionOf = (payload: Record<string, unknown>): string =>
  typeof payload.action === 'string' ? payload.action : 'without action';

export const notHandled = (event: string, action: string): Handled => ({
  ignored: `${event}.${action} changes nothing here.`,
});
