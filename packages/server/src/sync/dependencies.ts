import {
  type BaseIntegration,
  IntegrationError,
  type IssueTracker,
  isIssueTracker,
} from '@commandcenter/integration-kit';
import type { Logger } from 'pino';
import type { Notifier } from '../background/notify.ts';
import type { Database } from '../database/database.ts';
import type { IntegrationHost } from '../integrations/host.ts';
import type { ApplyChanges } from './inbound/incoming-change.ts';
import type { CreateMarkers } from './outbound/create-markers.ts';

/** The parts of the server that sync's workers and commands use. */
export interface SyncDependencies {
  db: Database;
  host: Pick<IntegrationHost, 'run' | 'session' | 'registry'>;
  applyChanges: ApplyChanges;
  markers: CreateMarkers;
  notifier: Pick<Notifier, 'subscribe' | 'onReconnect'>;
  log: Logger;
}

/** Returns the integration typed as an issue tracker. Throws IntegrationError `integration.no_items` if it is not one. */
export function trackerOf(instance: BaseIntegration): IssueTracker {
  if (isIssueTracker(instance)) return instance;
  throw new IntegrationError('This integration has no items that could become tasks.', {
    class: 'validation',
    code: 'integration.no_items',
    hint: 'Use an integration whose type tracks issues, such as github.',
  });
}
