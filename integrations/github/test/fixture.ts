import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import {
  createMemoryContext,
  type MemoryContext,
  type MemoryContextOptions,
} from '@commandcenter/integration-kit/testing';
import { GitHubIntegration } from '../src/index.ts';

export const repository = { owner: 'acme', name: 'web' };

/** A fake GitHub with `acme/web`, and the integration signed in there as `robot`. */
export async function connect(options: MemoryContextOptions & { apiPath?: string; scopes?: string[] } = {}): Promise<{
  github: FakeGitHub;
  integration: GitHubIntegration;
  context: MemoryContext;
}> {
  const github = await startFakeGitHub();
  github.state.addOrganization('acme', { members: { robot: 'admin', ann: 'member' } });
  github.state.addRepository({ ...repository });
  const accessToken = github.state.addToken({
    login: 'robot',
    ...(options.scopes === undefined ? {} : { scopes: options.scopes }),
  });
  const context = createMemoryContext({
    ...options,
    credentials: { accessToken, ...options.credentials },
    record: {
      integrationType: 'github',
      ...options.record,
      config: { api_url: `${github.url}${options.apiPath ?? ''}`, ...options.record?.config },
    },
  });
  return { github, context, integration: new GitHubIntegration(context) };
}
