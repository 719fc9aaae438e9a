import { createEmulator } from 'emulate';

/** Not a secret: the emulator takes any. */
export const EMULATED_TOKEN = 'ghp_emulated';
export const OWNER = 'octocat';

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

/** A GitHub that we did not write, with people and repositories of one owner. What it gets wrong is no reason to follow it. */
export interface EmulatedGitHub extends AsyncDisposable {
  url: string;
  /** As a person does it. Throws when it is refused. */
  act<T = EmulatedIssue>(method: string, path: string, body?: object): Promise<T>;
  issues(repository: string): Promise<EmulatedIssue[]>;
}

export async function startEmulatedGitHub(repositories: readonly string[]): Promise<EmulatedGitHub> {
  const github = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [EMULATED_TOKEN]: { login: OWNER, scopes: ['repo', 'read:org', 'admin:repo_hook'] } },
      github: {
        users: [
          { login: OWNER, name: 'The Octocat', email: 'octocat@example.com' },
          { login: 'hubot', name: 'Hubot', email: 'hubot@example.com' },
        ],
        repos: repositories.map((name) => ({ owner: OWNER, name, auto_init: true })),
      },
    },
  });
  const act = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(github.url + path, {
      method,
      headers: { authorization: `Bearer ${EMULATED_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the emulated GitHub answered ${answer.status} to ${method} ${path}: ${text}`);
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
