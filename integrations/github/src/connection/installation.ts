import { IntegrationAuthError, IntegrationError, IntegrationNotFoundError } from '@commandcenter/integration-kit';
import { Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { createReader } from '../schema-reader.ts';
import { type AppIdentity, appJwt } from './app-identity.ts';

const installationReader = createReader(
  Type.Object({
    account: Type.Union([
      Type.Object({ login: Type.Optional(Type.String()), slug: Type.Optional(Type.String()) }),
      Type.Null(),
    ]),
    permissions: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    suspended_at: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  }),
);

/** Reads the installation with the App's own JWT, which also works while the installation is suspended. */
export async function readInstallation(client: GitHubClient, identity: AppIdentity, signal?: AbortSignal) {
  const token = await appJwt(client, identity);
  const parameters = { installation_id: identity.installationId };
  try {
    const { data } = await client.request('GET /app/installations/{installation_id}', parameters, { token, signal });
    return installationReader.response(data, "GitHub's installation");
  } catch (error) {
    throw toAccessError(error, identity);
  }
}

/**
 * Returns the error for a request that GitHub refused: the suspension if the installation is suspended, otherwise the refusal itself.
 * GitHub distinguishes the two only by the text of the refusal, so this reads the installation.
 */
export async function explainRefusal(
  client: GitHubClient,
  identity: AppIdentity,
  refusal: IntegrationError,
  signal?: AbortSignal,
): Promise<IntegrationError> {
  try {
    const { account, suspended_at } = await readInstallation(client, identity, signal);
    return suspended_at ? suspendedError(nameOf(account), refusal) : refusal;
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof IntegrationAuthError ? error : refusal;
  }
}

const RESTORE = 'Lift the suspension in the settings of the account, under GitHub Apps. Work then continues by itself.';

export const suspendedError = (where: string, cause?: IntegrationError): IntegrationAuthError =>
  new IntegrationAuthError(`The App's installation on ${where} is suspended.`, {
    code: 'github.suspended',
    hint: RESTORE,
    recheck: true,
    ...(cause?.status === undefined ? {} : { cause, status: cause.status }),
  });

/** Converts an error from using the installation to class `auth`, because an App without its installation cannot reach any repository. */
export function toAccessError(error: unknown, { installationId }: AppIdentity): unknown {
  if (!(error instanceof IntegrationError)) return error;
  const { message, status } = error;
  const cause = { cause: error, ...(status === undefined ? {} : { status }) };
  if (error instanceof IntegrationAuthError) {
    return new IntegrationAuthError(`GitHub does not accept the App's key. ${message}`, {
      ...cause,
      code: 'github.bad_app_key',
      hint: 'Check app_id, and give a private key of this App with PATCH {"private_key": "…"}.',
    });
  }
  if (error instanceof IntegrationNotFoundError) {
    return new IntegrationAuthError(`The App has no installation ${installationId} any more. ${message}`, {
      ...cause,
      code: 'github.not_installed',
      hint: 'Install the App on the account again, and set config.installation_id to the number of the new installation.',
      recheck: true,
    });
  }
  if (error.class === 'permission') {
    return new IntegrationAuthError(`GitHub refuses the App's installation ${installationId}. ${message}`, {
      ...cause,
      code: 'github.installation_refused',
      hint: `Check the installation. ${RESTORE}`,
      recheck: true,
    });
  }
  return error;
}

export const nameOf = (account: { login?: string; slug?: string } | null): string =>
  account?.login ?? account?.slug ?? 'its account';
