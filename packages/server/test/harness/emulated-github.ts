import { generateKeyPairSync } from 'node:crypto';
import { createEmulator } from 'emulate';

/** Tokens of the owner. Tests that run in parallel use different ones, because writes with one token are paced. */
export const EMULATED_TOKENS = ['ghp_one', 'ghp_two'] as const;
export const OWNER = 'octocat';

/** A GitHub App that is installed for all repositories of the owner. */
export const EMULATED_APP = {
  app_id: 12_345,
  installation_id: 100,
  private_key: String(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }),
  ),
};

export interface EmulatedIssue {
  number: number;
  title: string;
  body: string | null;
  state: string;
  state_reason: string | null;
  labels: { name: string }[];
  assignees: { login: string }[];
  updated_at: string;
}

/**
 * An emulator of GitHub that other people wrote, with people and repositories of one owner. Where it differs from GitHub, our code
 * follows GitHub.
 */
export interface EmulatedGitHub extends AsyncDisposable {
  url: string;
  /** Sends a request as a person, and returns the body of the response. Throws if the request is refused. */
  act<T = EmulatedIssue>(method: string, path: string, body?: object): Promise<T>;
  issues(repository: string): Promise<EmulatedIssue[]>;
}

export async function startEmulatedGitHub(repositories: readonly string[]): Promise<EmulatedGitHub> {
  const github = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: Object.fromEntries(
        EMULATED_TOKENS.map((token) => [token, { login: OWNER, scopes: ['repo', 'read:org', 'admin:repo_hook'] }]),
      ),
      github: {
        users: [
          { login: OWNER, name: 'The Octocat', email: 'octocat@example.com' },
          { login: 'hubot', name: 'Hubot', email: 'hubot@example.com' },
        ],
        apps: [
          {
            app_id: EMULATED_APP.app_id,
            private_key: EMULATED_APP.private_key,
            slug: 'commandcenter',
            name: 'CommandCenter',
            permissions: {
              metadata: 'read',
              issues: 'write',
              pull_requests: 'read',
              contents: 'read',
              repository_hooks: 'write',
              // The emulator requires the permission `administration` for webhooks, while GitHub requires `repository_hooks`.
              administration: 'write',
            },
            installations: [
              { installation_id: EMULATED_APP.installation_id, account: OWNER, repository_selection: 'all' },
            ],
          },
        ],
        repos: repositories.map((name) => ({ owner: OWNER, name, auto_init: true })),
      },
    },
  });
  const act = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(github.url + path, {
      method,
      headers: { authorization: `Bearer ${EMULATED_TOKENS[0]}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the emulated GitHub answered ${response.status} to ${method} ${path}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return {
    url: github.url,
    act,
    issues: (repository) =>
      act<EmulatedIssue[]>('GET', `/repos/${OWNER}/${repository}/issues?state=all&per_page=100&direction=asc`),
    [Symbol.asyncDispose]: () => github.close(),
  };
}
