import { Type } from 'typebox';
import { createReader } from '../read.ts';
import { actionOf, type EventHandler, notHandled } from './handled.ts';
import {
  accountOf,
  InstallationSchema,
  ignoreOtherApp,
  ignoreOtherInstallation,
  ignoreUnlessApp,
} from './our-installation.ts';

const Sender = Type.Object({ login: Type.String({ minLength: 1 }) });
const installationEvent = createReader(
  Type.Object({ installation: InstallationSchema, sender: Type.Optional(Type.Union([Sender, Type.Null()])) }),
);

/** `deed` completes the sentence "<person> <deed> the App on <account>." */
const actions: Readonly<Record<string, { granted: boolean; deed: string }>> = {
  created: { granted: true, deed: 'installed' },
  unsuspend: { granted: true, deed: 'lifted the suspension of' },
  new_permissions_accepted: { granted: true, deed: 'accepted the new permissions of' },
  suspend: { granted: false, deed: 'suspended' },
  deleted: { granted: false, deed: 'uninstalled' },
};

/**
 * `created` is emitted for another installation too, because an App that is uninstalled and installed again gets a new id. Only the server
 * can find out that the former installation is gone. https://docs.github.com/webhooks/webhook-events-and-payloads#installation
 */
export const handleInstallation: EventHandler = (payload, integration) => {
  const action = actionOf(payload);
  const known = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (known === undefined) return notHandled('installation', action);
  const withoutApp = ignoreUnlessApp(integration);
  if (withoutApp !== null) return withoutApp;
  const { installation, sender } = installationEvent.payload(payload);
  const ignored =
    ignoreOtherApp(installation, integration) ??
    (action === 'created' ? null : ignoreOtherInstallation(installation, integration));
  if (ignored !== null) return ignored;
  const { granted, deed } = known;
  const reason = `${sender?.login ?? 'Somebody'} ${deed} the App on ${accountOf(installation)}.`;
  const login = installation.account?.login ?? undefined;
  const grant = granted
    ? { config: { installation_id: installation.id }, ...(login === undefined ? {} : { account: login }) }
    : {};
  return { changes: [{ kind: 'access_changed', granted, reason, ...grant }] };
};
