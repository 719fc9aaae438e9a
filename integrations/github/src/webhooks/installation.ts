import { Type } from 'typebox';
import { createReader } from '../schema-reader.ts';
import { actionOf, type EventHandler, ignoreAction } from './event-handler.ts';
import {
  accountOf,
  InstallationSchema,
  ignoreOtherApp,
  ignoreOtherInstallation,
  ignoreUnlessApp,
} from './installation-filter.ts';

const Sender = Type.Object({ login: Type.String({ minLength: 1 }) });
const installationEvent = createReader(
  Type.Object({ installation: InstallationSchema, sender: Type.Optional(Type.Union([Sender, Type.Null()])) }),
);

/** The actions that grant or withdraw access. `verbPhrase` completes the sentence "<person> <verbPhrase> the App on <account>." */
const actions: Readonly<Record<string, { granted: boolean; verbPhrase: string }>> = {
  created: { granted: true, verbPhrase: 'installed' },
  unsuspend: { granted: true, verbPhrase: 'lifted the suspension of' },
  new_permissions_accepted: { granted: true, verbPhrase: 'accepted the new permissions of' },
  suspend: { granted: false, verbPhrase: 'suspended' },
  deleted: { granted: false, verbPhrase: 'uninstalled' },
};

/**
 * Handles the webhook event https://docs.github.com/webhooks/webhook-events-and-payloads#installation. The action `created` is handled
 * for every installation of the App, because an App that is installed again gets a new id, and only the server can find out that the
 * former installation is gone.
 */
export const handleInstallation: EventHandler = (payload, integration) => {
  const action = actionOf(payload);
  const access = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (access === undefined) return ignoreAction('installation', action);
  const withoutApp = ignoreUnlessApp(integration);
  if (withoutApp !== null) return withoutApp;
  const { installation, sender } = installationEvent.payload(payload);
  const ignored =
    ignoreOtherApp(installation, integration) ??
    (action === 'created' ? null : ignoreOtherInstallation(installation, integration));
  if (ignored !== null) return ignored;
  const { granted, verbPhrase } = access;
  const reason = `${sender?.login ?? 'Somebody'} ${verbPhrase} the App on ${accountOf(installation)}.`;
  const login = installation.account?.login ?? undefined;
  const grant = granted
    ? { config: { installation_id: installation.id }, ...(login === undefined ? {} : { account: login }) }
    : {};
  return { changes: [{ kind: 'access_changed', granted, reason, ...grant }] };
};
