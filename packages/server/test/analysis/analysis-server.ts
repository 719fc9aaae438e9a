import assert from 'node:assert/strict';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { type ServerProcess, startServerProcess } from '../harness/server-process.ts';
import { waitFor } from '../harness/wait-for.ts';

const TOKEN = 'the-admin-token-of-this-test';
/** Time limit in milliseconds for an analysis, which takes seconds, or many seconds on a busy machine. */
export const ANALYSIS_MS = 120_000;

/** A job as the API returns it. */
export interface Job {
  id: number;
  status: string;
  progress: number;
  current_step: string | null;
  parameters: { commit_sha?: string; pr_number?: number };
  error: { code: string; detail: string; remedy?: string; superseded_by?: number } | null;
  result: AnalysisReport['result'] | null;
}

/** The real server in its own process, with functions that call its API as administrator. */
export interface AnalysisServer {
  url: string;
  process: ServerProcess;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  ask<Answer = Job>(method: string, path: string, body?: unknown): Promise<{ status: number; body: Answer }>;
  /** Calls the API and returns the body of the response. Throws unless the status is a success. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Registers a repository of the owner `acme`. */
  register(name: string, cloneUrl?: string, projectId?: number): Promise<void>;
  analyse(
    name: string,
    parameters?: Record<string, unknown>,
    projectId?: number,
  ): Promise<{ status: number; body: Job }>;
  /** Waits until a job is in one of these states. */
  comeTo(jobId: number, ...statuses: string[]): Promise<Job>;
  /** Returns all analyses, newest first. */
  analyses(projectId?: number): Promise<Job[]>;
  report(jobId: number): Promise<AnalysisReport>;
  /**
   * Returns the text of a page.
   *
   * @param path path below the root of the API
   */
  text(path: string): Promise<string>;
  stop(): Promise<unknown>;
}

export async function startAnalysisServer(
  environment: Record<string, string> & { DATA_DIR: string },
): Promise<AnalysisServer> {
  const server = startServerProcess({ COMMANDCENTER_ADMIN_TOKEN: TOKEN, ...environment });
  const { url } = await server.ready();

  const send: AnalysisServer['send'] = async (method, path, body, headers = {}) => {
    const raw = body instanceof Uint8Array;
    const type = body === undefined ? {} : { 'content-type': raw ? 'application/gzip' : 'application/json' };
    return await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...type, ...headers },
      ...(body === undefined ? {} : { body: raw ? new Uint8Array(body) : JSON.stringify(body) }),
    });
  };
  const ask: AnalysisServer['ask'] = async <Answer>(method: string, path: string, body?: unknown) => {
    const response = await send(method, path, body);
    return { status: response.status, body: (await response.json()) as Answer };
  };
  const text = async (method: string, path: string, body?: unknown): Promise<string> => {
    const response = await send(method, path, body);
    const content = await response.text();
    assert.ok(response.ok, `${method} ${path} answered ${response.status}: ${content}`);
    return content;
  };
  const call: AnalysisServer['call'] = async <Answer>(method: string, path: string, body?: unknown) =>
    JSON.parse(await text(method, path, body)) as Answer;

  return {
    url,
    process: server,
    send,
    ask,
    call,
    async register(name, cloneUrl, project_id = 1) {
      const address = cloneUrl === undefined ? {} : { clone_url: cloneUrl };
      await call('POST', '/repositories', { project_id, owner: 'acme', name, ...address });
    },
    analyse: (name, parameters = {}, project_id = 1) =>
      ask('POST', '/jobs', {
        project_id,
        job_type: 'repository_analysis',
        parameters: { repository: { owner: 'acme', name }, depth: 'quick', ...parameters },
      }),
    comeTo: (jobId, ...statuses) =>
      waitFor(
        `job ${jobId} to be ${statuses.join(' or ')}`,
        async () => {
          const job = await call<Job>('GET', `/jobs/${jobId}`);
          return statuses.includes(job.status) && job;
        },
        ANALYSIS_MS,
      ),
    async analyses(projectId = 1) {
      const path = `/jobs?job_type=repository_analysis&limit=200&project_id=${projectId}`;
      return (await call<{ items: Job[] }>('GET', path)).items;
    },
    report: (jobId) => call('GET', `/jobs/${jobId}/report`),
    text: (path) => text('GET', path),
    stop: () => server.stop('SIGTERM'),
  };
}
