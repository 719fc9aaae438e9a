import { createEmulator, type Emulator } from 'emulate';

/** Token for the emulated GitHub. It is not a secret, because only the emulator accepts it. */
export const demoGitHubToken = 'ghp_demo';
export const demoRepository = { owner: 'octocat', name: 'hello-world' };

export interface EmulatedIssue {
  number: number;
  title: string;
  state: string;
  state_reason: string | null;
  labels: { name: string }[];
  assignees: { login: string }[];
}

/** Starts an emulated GitHub with one repository and three issues. `port` 0 uses any free port. */
export async function startEmulatedGitHub(port: number): Promise<Emulator> {
  const github = await createEmulator({
    service: 'github',
    port,
    seed: {
      tokens: { [demoGitHubToken]: { login: demoRepository.owner, scopes: ['repo', 'read:org', 'admin:repo_hook'] } },
      github: {
        users: [{ login: demoRepository.owner, name: 'The Octocat', email: 'octocat@example.com' }],
        repos: [
          {
            owner: demoRepository.owner,
            name: demoRepository.name,
            description: 'A sample repository',
            auto_init: true,
          },
        ],
      },
    },
  });
  await writeGitHub(github.url, 'POST', issuesPath, {
    title: 'Measure how long a cold start takes',
    labels: ['priority: high'],
  });
  await writeGitHub(github.url, 'POST', issuesPath, {
    title: 'Compare two ways to cache parsed files',
    labels: ['research'],
  });
  await writeGitHub(github.url, 'POST', issuesPath, { title: 'Choose a tokenizer' });
  return github;
}

export const editEmulatedIssue = (url: string, number: number, fields: { title: string }): Promise<void> =>
  writeGitHub(url, 'PATCH', `${issuesPath}/${number}`, fields);

const issuesPath = `/repos/${demoRepository.owner}/${demoRepository.name}/issues`;

export async function listEmulatedIssues(url: string, signal: AbortSignal): Promise<EmulatedIssue[]> {
  const response = await fetch(`${url}${issuesPath}?state=all&per_page=100`, {
    headers: { authorization: `Bearer ${demoGitHubToken}` },
    signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
  });
  if (!response.ok) throw new Error(`The emulated GitHub responded with ${response.status} to a list of issues.`);
  return (await response.json()) as EmulatedIssue[];
}

async function writeGitHub(url: string, method: string, path: string, body: object): Promise<void> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${demoGitHubToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok)
    throw new Error(
      `The emulated GitHub responded with ${response.status} to ${method} ${path}: ${await response.text()}`,
    );
}
