import { type Static, Type } from 'typebox';
import { Id } from '../numbers.ts';
import type { EventOutcome, ReceivingIntegration } from './event-handler.ts';

const Name = Type.Optional(Type.Union([Type.String({ minLength: 1 }), Type.Null()]));

/** The fields that we use of an App's installation on an account. */
export const InstallationSchema = Type.Object({
  id: Id,
  app_id: Type.Union([Id, Type.String({ minLength: 1 })]),
  /** Client id of the App. An App may be configured by it instead of by its number. */
  client_id: Type.Optional(Type.Unknown()),
  /** Account on which the App is installed. An enterprise has a slug instead of a login. */
  account: Type.Optional(Type.Union([Type.Object({ login: Name, slug: Name }), Type.Null()])),
});
type Installation = Static<typeof InstallationSchema>;

export const accountOf = ({ account }: Pick<Installation, 'account'>): string =>
  account?.login ?? account?.slug ?? 'an account without a name';

/** Returns the reason to ignore the event if the integration is not a GitHub App, otherwise null. */
export const ignoreUnlessApp = ({ authType }: ReceivingIntegration): EventOutcome | null =>
  authType === 'github_app' ? null : { ignored: 'This integration is not a GitHub App, so it has no installation.' };

/** Returns the reason to ignore the event if its installation belongs to another App than the integration's, otherwise null. */
export function ignoreOtherApp(
  { app_id, client_id }: Installation,
  { config }: ReceivingIntegration,
): EventOutcome | null {
  const ours = String(config.app_id);
  return String(app_id) === ours || client_id === ours
    ? null
    : { ignored: `The installation belongs to another App (${app_id}).` };
}

/** Returns the reason to ignore the event if its installation is another one than the integration's, otherwise null. */
export function ignoreOtherInstallation(
  installation: Installation,
  { config }: ReceivingIntegration,
): EventOutcome | null {
  return installation.id === config.installation_id
    ? null
    : {
        ignored: `Installation ${installation.id} on ${accountOf(installation)} is not the one of this integration.`,
      };
}
