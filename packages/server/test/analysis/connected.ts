import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FakeGitHub } from '@commandcenter/fake-github';
import { createTestRepository, type TestRepository } from '../../../analyzer/src/git/testing/repository.ts';
import { type AnalysisServer, startAnalysisServer } from './analysis-server.ts';
import { type Enterprise, startEnterprise } from './enterprise.ts';
import { importAdvisory, lockfile } from './planted.ts';

export const SECRET = 'a-webhook-secret-of-tests';

/** A server that is connected to a GitHub Enterprise server, whose repository `acme/web` sends it webhooks for pull requests and pushes. */
export interface Connected {
  enterprise: Enterprise;
  server: AnalysisServer;
  /** A working copy of `acme/web`. */
  repository: TestRepository;
  /** Commit id of the head of the default branch. */
  baseSha: string;
  /** Creates the repository `acme/<name>` as a copy of the working copy's repository. It has no webhook. */
  addRepository(name: string): void;
  /** Commits the working copy and pushes it to the branch, without a webhook from GitHub. Returns the commit id. */
  push(branch: string): string;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Returns the credential of the integration as fields of the request that creates it. The organization `acme` already exists. */
  credential(state: FakeGitHub['state']): Record<string, unknown> & { config?: object };
  /** An advisory to import into the offline database. */
  advisory: object;
  /** True if the repository `acme/web` is private. */
  private: boolean;
  /** Writes additional files into the first commit. */
  prepare?(repository: TestRepository): Promise<void>;
}

export async function connect({ credential, advisory, prepare, ...options }: ConnectOptions): Promise<Connected> {
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-connected-'));
  const bare = join(folder, 'acme/web.git');
  const dataDir = join(folder, 'data');
  await importAdvisory(dataDir, advisory);

  const repository = await createTestRepository();
  await repository.write('package.json', JSON.stringify({ name: 'app', license: 'MIT', dependencies: {} }));
  await repository.write('package-lock.json', lockfile({}));
  await prepare?.(repository);
  const baseSha = repository.commit('base');
  const enterprise = await startEnterprise(folder);
  repository.git('clone', '--quiet', '--bare', repository.folder, bare);
  const { state } = enterprise.github;
  state.addOrganization('acme', { members: { ann: 'member' } });
  state.addRepository({ owner: 'acme', name: 'web', headSha: baseSha, private: options.private });
  const { config, ...fields } = credential(state);

  const server = await startAnalysisServer({ DATA_DIR: dataDir, EGRESS_ALLOW: '127.0.0.1', OSV_API_URL: 'off' });
  await server.call('POST', '/integrations', {
    project_id: 1,
    name: 'GitHub',
    integration_type: 'github',
    ...fields,
    config: { api_url: `${enterprise.url}/api/v3`, webhook_secret: SECRET, ...config },
  });
  state.addWebhook({
    repository: 'acme/web',
    url: `${server.url}/api/v1/integrations/github/webhook`,
    secret: SECRET,
    events: ['pull_request', 'push'],
  });
  return {
    enterprise,
    server,
    repository,
    baseSha,
    addRepository(name) {
      repository.git('clone', '--quiet', '--bare', repository.folder, join(folder, `acme/${name}.git`));
      state.addRepository({ owner: 'acme', name, headSha: baseSha });
    },
    push(branch) {
      const sha = repository.commit(`change of ${branch}`);
      repository.git('push', '--quiet', '--force', bare, `HEAD:refs/heads/${branch}`);
      return sha;
    },
    async close() {
      await server.stop();
      await enterprise.close();
      await repository.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
