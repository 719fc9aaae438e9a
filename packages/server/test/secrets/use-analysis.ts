import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { madeUpToken } from '../analysis/planted.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type Canary, canaryOf, newCanary, newPrivateKey } from './canary.ts';
import type { SecretWorld } from './secret-world.ts';

const ANALYSIS_MS = 120_000;

/** Registers repositories with a password or a token in their clone address, and reads them. */
export async function useCloneAddresses({ server, project, add }: SecretWorld): Promise<void> {
  const secret = add(newCanary('the password in a clone_url', 'canary-')).value;
  const repository = { project_id: project, owner: 'acme', name: 'cloned' };
  const { body } = await server.call('POST', '/api/v1/repositories', { body: { ...repository, name: 'other' } });
  for (const clone_url of [
    `https://user:${secret}@git.example/acme/web.git`,
    `https://${secret}@git.example/acme/web.git`,
    `https://git.example/acme/web.git?private_token=${secret}`,
    `https://git.example/acme/web.git#${secret}`,
    `ssh://git:${secret}@git.example/acme/web.git`,
    `SSH://git:${secret}@git.example/acme/web.git`,
    `git@git.example:acme/web.git?private_token=${secret}`,
  ]) {
    const made = await server.call('POST', '/api/v1/repositories', { body: { ...repository, clone_url } });
    const changed = await server.call('PATCH', `/api/v1/repositories/${body.id}`, { body: { clone_url } });
    assert.deepEqual([made.status, changed.status], [422, 422], clone_url);
  }
}

/** Requests an analysis whose source is fetched with the project's private ssh key. */
export async function useSshKey(world: SecretWorld): Promise<void> {
  const { server, folder, project, add } = world;
  const keys = join(folder, 'ssh', String(project));
  await mkdir(keys, { recursive: true, mode: 0o700 });
  await writeFile(join(keys, 'id'), add(newPrivateKey('the ssh key of a project')).value, { mode: 0o600 });
  await writeFile(join(keys, 'known_hosts'), '', { mode: 0o600 });
  const clone_url = 'ssh://git@127.0.0.1:9/acme/fetched.git';
  const repository = { project_id: project, owner: 'acme', name: 'fetched', clone_url };
  const { body } = await server.call('POST', '/api/v1/repositories', { body: repository });
  const id = await analyze(world, { repository_id: body.id });
  await waitFor('the source to be missed', async () => (await jobOf(world, id)).error !== null, ANALYSIS_MS);
}

/** Analyzes an uploaded source that contains a secret, and reads the results and the report link. */
export async function useSource(world: SecretWorld): Promise<void> {
  const { server, folder, add } = world;
  const found = madeUpToken();
  add(canaryOf('a secret in a source', found, found.slice(12)));
  const source = join(folder, 'planted');
  await mkdir(source);
  await writeFile(join(source, 'config.js'), `export const githubToken = '${found}';\n`);
  const id = await analyze(world, { repository: { owner: 'acme', name: 'uploaded' } });
  const isIn = (status: string) => async () => (await jobOf(world, id)).status === status;
  await waitFor('the job to wait for its source', isIn('awaiting_source'), ANALYSIS_MS);
  const archive = execFileSync('tar', ['-czf', '-', '-C', source, '.']);
  const headers = { 'content-type': 'application/gzip' };
  assert.equal((await server.call('PUT', `/api/v1/jobs/${id}/source`, { body: archive, headers })).status, 200);
  await waitFor('the analysis', isIn('completed'), ANALYSIS_MS);
  const { body } = await server.call('GET', `/api/v1/jobs/${id}/findings`);
  assert.match(JSON.stringify(body), /config\.js/);
  for (const format of ['report', 'sarif', 'sbom', 'report.html', 'events']) {
    await server.call('GET', `/api/v1/jobs/${id}/${format}`);
  }
  await useReportLink(world, id);
}

/**
 * Creates and uses a report link. Everybody with the link may read the report, and the job shows the link to those who may read the
 * report anyway.
 */
async function useReportLink({ server, add }: SecretWorld, id: number): Promise<void> {
  const gives: Canary[] = [];
  const path = `/api/v1/jobs/${id}`;
  await server.call('DELETE', `${path}/report-link`);
  const { body } = await server.call('POST', `${path}/report-link`, { gives });
  const { search, searchParams } = new URL(String(body.report_url));
  gives.push(add(canaryOf('a link to a report', search, searchParams.get('signature') ?? '')));
  await server.call('GET', path, { gives });
  await server.call('GET', '/api/v1/jobs', { gives });
  const anonymous = { headers: { authorization: '' } };
  for (const address of [`${path}/report.html${search}`, `${path}/report.html${search}x`, `${path}/report${search}`]) {
    await server.call('GET', address, anonymous);
  }
  await server.call('DELETE', `${path}/report-link`);
  await server.call('GET', `${path}/report.html${search}`, anonymous);
}

async function analyze({ server, project }: SecretWorld, parameters: object): Promise<number> {
  const request = { project_id: project, job_type: 'repository_analysis', parameters };
  const { status, body } = await server.call('POST', '/api/v1/jobs', { body: request });
  assert.equal(status, 201, JSON.stringify(body));
  return Number(body.id);
}

const jobOf = async ({ server }: SecretWorld, id: number) => (await server.call('GET', `/api/v1/jobs/${id}`)).body;
