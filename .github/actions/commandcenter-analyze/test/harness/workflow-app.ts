import type { FakeGitHub } from '@commandcenter/fake-github';
import { newApp } from '../../../../../packages/fake-github/src/testing/app-key.ts';

const APP_ID = 15_368;
const rights = {
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  actions: 'write',
} as const;

/** The App that issues the tokens of workflows and comments as `github-actions[bot]`. */
export interface WorkflowApp {
  issueToken(permissions: Readonly<Record<string, string>>): Promise<string>;
}

export function installWorkflowApp(github: FakeGitHub, owner: string): WorkflowApp {
  const key = newApp();
  github.state.addApp({ appId: APP_ID, slug: 'github-actions', publicKey: key.privateKey, permissions: rights });
  const { id } = github.state.addInstallation({ appId: APP_ID, account: owner });
  return {
    async issueToken(permissions) {
      const known = Object.entries(permissions).filter(([name]) => name in rights);
      const answer = await fetch(`${github.url}/app/installations/${id}/access_tokens`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key.jwt(String(APP_ID))}`,
          accept: 'application/vnd.github+json',
          'content-type': 'application/json',
          'user-agent': 'commandcenter/test',
          'x-github-api-version': '2022-11-28',
        },
        body: JSON.stringify({ permissions: { metadata: 'read', ...Object.fromEntries(known) } }),
      });
      return ((await answer.json()) as { token: string }).token;
    },
  };
}
