import { type Static, Type } from 'typebox';
import { Id } from '../numbers.ts';
import type { Handled, ReceivingIntegration } from './handled.ts';

const Name = Type.Optional(Type.Union([Type.String({ minLength: 1 }), Type.Null()]));

/** The used fields of an App's installation on an account. */
export const InstallationSchema = Type.Object({
  id: Id,
  app_id: Type.Union([Id, Type.String({ minLength: 1 })]),
  /** An App may be configured by its client id instead of its number. */
  client_id: Type.Optional(Type.Unknown()),
  /** An enterprise has a slug instead of a login. */
  account: Type.Optional(Type.Union([Type.Object({ login: Name, slug: Name }), Type.Null()])),
});
type Installation = Static<typeof InstallationSchema>;

export const accountOf = ({ account }: Pick<Installation, 'account'>): string =>
  account?.login ?? account?.slug ?? 'an account without a name';

/** Null when the integration is a GitHub App. */
export const ignoreUnlessApp = ({ authType }: ReceivingIntegration): Handled | null =>
  authType === 'github_app' ? null : { ignored: 'This integration is not a GitHub App, so it has no installation.' };

/** Null when the installation is one of the integration's own App. */
export function ignoreOtherApp({ app_id, client_id }: Installation, { config }: ReceivingIntegration): Handled | null {
  const ours = String(config.app_id);
  return String(app_id) === ours || client_id === ours
    ? null
    : { ignored: `The installation belongs to another App (${app_id}).` };
}

/** Null when the installation is the one that the integration uses. */
export function ignoreOtherInstallation(installation: Installation, { config }: ReceivingIntegration): Handled | null {
  return installation.id === config.installation_id
    ? null
    : {
        ignored: `Installation ${installation.id} on ${accountOf(installation)} is not the one of this integration.`,
      };
}
