import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { AnalysisReport } from '@commandcenter/analyzer';
import { type CommandCenterClient, createClient, type Schemas } from '@commandcenter/client';
import { ActionError } from '../action-error.ts';
import { retryPolicies } from '../retry.ts';
import { explainResponse, isJson, notCommandCenter } from './explain-response.ts';
import { openTransport, type TransportOptions } from './transport.ts';
import { unreachable } from './unreachable.ts';

export type Job = Schemas['Job'];
export type JobRequest = Schemas['JobInput'];

/** The requests that this step sends to the server. All methods throw `ActionError`. */
export interface Server {
  /** Creates a job. A request with the same key returns the same job. */
  createJob(request: JobRequest, idempotencyKey: string): Promise<{ job: Job; created: boolean }>;
  getJob(id: number): Promise<Job>;
  cancelJob(id: number, limit: { timeoutMs: number }): Promise<void>;
  /** Opens a stream of the job's events after the given one. Returns null if there are no more events. May throw any error. */
  openEvents(id: number, after: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null>;
  /** Uploads the source, with which the job continues. Succeeds even if a source was already uploaded. */
  uploadSource(id: number, file: string): Promise<void>;
  getReport(id: number): Promise<AnalysisReport>;
  /** Returns an address that opens the job's report without a token. */
  createReportLink(id: number): Promise<string>;
}

const UPLOAD_TIMEOUT_MS = 15 * 60_000;
const DOCUMENT_TIMEOUT_MS = 2 * 60_000;

export function openServer(options: TransportOptions): Server {
  const { url } = options;
  const send = openTransport(options);

  const serverVersion = async (): Promise<string | null> => {
    try {
      const health = await (
        await send(() => new Request(`${url}/api/v1/health`), { policy: retryPolicies.once })
      ).json();
      return (health as Schemas['ServerHealth']).version ?? null;
    } catch {
      // Ignore the failure, because the version is only additional information in an error message.
      return null;
    }
  };
  const fail = async (response: Response, body: string): Promise<never> => {
    throw await explainResponse(url, response, body, serverVersion);
  };
  const readText = async (response: Response): Promise<string> => {
    try {
      return await response.text();
    } catch (error) {
      options.signal.throwIfAborted();
      throw unreachable(url, error);
    }
  };
  /** Returns the response if it is successful JSON. Throws an explanation for any other response. */
  const readJsonResponse = async (response: Response): Promise<Response> => {
    const text = await readText(response);
    if (!response.ok) return await fail(response, text);
    if (!isJson(response)) throw notCommandCenter(url, response);
    try {
      JSON.parse(text);
    } catch {
      throw notCommandCenter(url, response);
    }
    return new Response(text, response);
  };
  const client: CommandCenterClient = createClient({
    baseUrl: url,
    fetch: async (request) => readJsonResponse(await send(() => request.clone())),
  });
  const jobOf = ({ data }: { data?: Job }): Job => {
    if (typeof data?.id === 'number' && typeof data.status === 'string') return data;
    throw new ActionError(
      'input',
      `commandcenter-url: ${url} did not return a job. Check that it is the address of CommandCenter.`,
    );
  };
  const document = (path: string): Promise<Response> =>
    send(() => new Request(`${url}${path}`, { signal: options.signal }), { timeoutMs: DOCUMENT_TIMEOUT_MS });

  return {
    async createJob(body, idempotencyKey) {
      const params = { header: { 'Idempotency-Key': idempotencyKey } };
      const result = await client.POST('/api/v1/jobs', { body, params });
      return { job: jobOf(result), created: result.response.status === 201 };
    },
    getJob: async (id) => jobOf(await client.GET('/api/v1/jobs/{id}', { params: { path: { id } } })),
    async cancelJob(id, { timeoutMs }) {
      // Use a signal of its own for this request, because the step's signal is already aborted.
      const sendWithOwnSignal = openTransport({ ...options, signal: AbortSignal.timeout(timeoutMs) });
      const response = await sendWithOwnSignal(
        () => new Request(`${url}/api/v1/jobs/${id}/cancel`, { method: 'POST' }),
        {
          policy: retryPolicies.once,
        },
      );
      await response.body?.cancel();
    },
    async openEvents(id, after, signal) {
      const response = await send(
        () =>
          new Request(`${url}/api/v1/jobs/${id}/events`, {
            headers: { accept: 'text/event-stream', ...(after === null ? {} : { 'last-event-id': after }) },
            signal,
          }),
        { policy: retryPolicies.once },
      );
      if (response.status === 204) return null;
      const type = response.headers.get('content-type') ?? '';
      if (response.ok && response.body !== null && type.startsWith('text/event-stream')) return response.body;
      await response.body?.cancel();
      throw new Error(`no stream: ${response.status} ${type}`);
    },
    async uploadSource(id, file) {
      const { size } = await stat(file);
      const makeRequest = (): Request =>
        new Request(`${url}/api/v1/jobs/${id}/source`, {
          method: 'PUT',
          headers: { 'content-type': 'application/gzip', 'content-length': String(size) },
          body: Readable.toWeb(createReadStream(file)) as ReadableStream,
          duplex: 'half',
          signal: options.signal,
        } as RequestInit);
      const response = await send(makeRequest, { policy: retryPolicies.upload, timeoutMs: UPLOAD_TIMEOUT_MS });
      // An earlier attempt has arrived, although its response was lost.
      const wasUploaded = response.status === 409;
      if (!response.ok && !wasUploaded) return await fail(response, await readText(response));
      await response.body?.cancel();
    },
    async getReport(id) {
      const response = await readJsonResponse(await document(`/api/v1/jobs/${id}/report`));
      return (await response.json()) as AnalysisReport;
    },
    async createReportLink(id) {
      const { data } = await client.POST('/api/v1/jobs/{id}/report-link', { params: { path: { id } } });
      if (data !== undefined) return data.report_url;
      throw new ActionError('server', `commandcenter-url: ${url} returned no address of the report.`);
    },
  };
}
