import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createTestRepository, type TestRepository } from '../../../analyzer/src/git/testing/repository.ts';
import { type AnalysisServer, type Job, startAnalysisServer } from './analysis-server.ts';
import { noSshServer, type SshServer, startSshServer } from './ssh-server.ts';

describe('a repository that is fetched by ssh', { skip: noSshServer }, () => {
  let folder: string;
  let repository: TestRepository;
  let ssh: SshServer;
  let server: AnalysisServer;
  let commit: string;
  let registered = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-ssh-'));
    await mkdir(join(folder, 'sshd'));
    ssh = await startSshServer(join(folder, 'sshd'));
    repository = await createTestRepository();
    await repository.write('a.js', 'export const a = 1;\n');
    commit = repository.commit();
    const DATA_DIR = join(folder, 'data');
    await mkdir(join(DATA_DIR, 'ssh/1'), { recursive: true, mode: 0o700 });
    server = await startAnalysisServer({ DATA_DIR, EGRESS_ALLOW: `${ssh.host}:${ssh.port}`, OSV_API_URL: 'off' });
  });
  after(async () => {
    await server.stop();
    await ssh.close();
    await repository.remove();
    await rm(folder, { recursive: true, force: true });
  });
  /** An administrator would create the key file and the `known_hosts` at these paths. Each analysis reads them again. */
  const keyFile = () => join(folder, 'data/ssh/1/id');
  const knownHostsFile = () => join(folder, 'data/ssh/1/known_hosts');
  beforeEach(async () => {
    await copyFile(ssh.keyFile, keyFile());
    await writeFile(knownHostsFile(), ssh.knownHost);
  });

  const addressOf = ({ host = ssh.host, port = ssh.port, path = repository.folder } = {}): string =>
    `ssh://${ssh.user}@${host}:${port}${path}`;

  /** Registers a repository with this address, analyzes it, and returns the job when it has ended. */
  const analysed = async (address: string, parameters: Record<string, unknown> = {}): Promise<Job> => {
    registered += 1;
    const name = `repository-${registered}`;
    await server.register(name, address);
    const { body } = await server.analyse(name, parameters);
    return await server.comeTo(body.id, 'completed', 'failed', 'awaiting_source');
  };
  const failsWith = async (code: string, said: RegExp, remedy: RegExp, address = addressOf()): Promise<void> => {
    const { status, error } = await analysed(address);
    assert.deepEqual([status, error?.code], ['awaiting_source', code], JSON.stringify(error));
    assert.match(error?.detail ?? '', said);
    assert.match(error?.remedy ?? '', remedy);
  };

  it('is analysed, the default branch and a commit with its history', async () => {
    const job = await analysed(addressOf());
    assert.equal(job.status, 'completed', JSON.stringify(job.error));
    assert.equal((await server.report(job.id)).repository.commit, commit);
    const deep = await analysed(addressOf(), { commit_sha: commit, depth: 'comprehensive' });
    assert.equal(deep.status, 'completed', JSON.stringify(deep.error));
    const history = (await server.report(deep.id)).result.engines.find(({ name }) => name === 'history');
    assert.equal(history?.complete, true);
  });

  it('does not fetch from a host whose key differs from the known one', async () => {
    await writeFile(knownHostsFile(), ssh.otherHostKey);
    await failsWith(
      'source.host_key',
      /host key .* another one.* Host key verification failed/,
      /DATA_DIR\/ssh\/<project id>\/known_hosts/,
    );
  });

  it("does not fetch from a host that is not known, whatever the known_hosts of the server's user holds", async () => {
    await rm(knownHostsFile());
    await failsWith(
      'source.host_key',
      /host key .* not known.* No \w+ host key is known/,
      /DATA_DIR\/ssh\/<project id>\/known_hosts/,
    );
  });

  it('reports a repository that the key may not read, with the remedy', async () => {
    await copyFile(ssh.strangersKeyFile, keyFile());
    await failsWith('source.auth', /none of the keys/, /DATA_DIR\/ssh\/<project id>\/id/);
  });

  it('is not fetched without a key, whatever keys the user of the server has', async () => {
    await rm(keyFile());
    await failsWith('source.auth', /Project 1 has no ssh key/, /DATA_DIR\/ssh\/1\/id \(mode 0600\)/);
  });

  it('is not fetched with the key of another project, nor with one that belongs to none', async () => {
    const { id } = await server.call<{ id: number }>('POST', '/projects', { name: 'Another' });
    await copyFile(ssh.keyFile, join(folder, 'data/ssh/id'));
    await writeFile(join(folder, 'data/ssh/known_hosts'), ssh.knownHost);
    const outcome = async (): Promise<Job> => {
      const { body } = await server.analyse('shared', { fresh: true }, id);
      return await server.comeTo(body.id, 'completed', 'failed', 'awaiting_source');
    };
    await server.register('shared', addressOf(), id);
    const refused = await outcome();
    assert.deepEqual([refused.status, refused.error?.code], ['awaiting_source', 'source.auth']);
    assert.match(refused.error?.detail ?? '', new RegExp(`Project ${id} has no ssh key`));
    assert.match(refused.error?.remedy ?? '', /DATA_DIR\/ssh\/id belongs to no project and is not used/);

    await mkdir(join(folder, `data/ssh/${id}`), { mode: 0o700 });
    await copyFile(ssh.keyFile, join(folder, `data/ssh/${id}/id`));
    await writeFile(join(folder, `data/ssh/${id}/known_hosts`), ssh.knownHost);
    assert.equal((await outcome()).status, 'completed');
  });

  it('is not there: the host says so', async () => {
    await failsWith(
      'source.not_a_repository',
      /does not appear to be a git/,
      /git clone/,
      addressOf({ path: '/none' }),
    );
  });

  it('does not fetch from a host that outgoing requests may not reach', async () => {
    await writeFile(knownHostsFile(), ssh.knownHost.replace('127.0.0.1', '127.0.0.2'));
    const address = addressOf({ host: '127.0.0.2' });
    await failsWith(
      'source.unreachable',
      /may not be reached from here.* the proxy answered 403/,
      /EGRESS_ALLOW/,
      address,
    );
  });

  it('reports a host that does not respond', async () => {
    await ssh.close();
    await failsWith('source.unreachable', /could not be reached.* ECONNREFUSED/, /network/);
  });
});
