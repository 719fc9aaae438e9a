import { IntegrationNotFoundError, type RepositoryRef } from '@commandcenter/integration-kit';
import { type Static, Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { Count, Id } from '../numbers.ts';
import { createReader } from '../read.ts';

const CHECK_RUNS = '/repos/{owner}/{repo}/check-runs';
const PER_PAGE = 100;
/** A check of this name on one commit a thousand times over is nothing that has to be looked through. */
const MOST_PAGES = 10;

const NullableString = Type.Optional(Type.Union([Type.String(), Type.Null()]));

/** What is used of GitHub's check run. https://docs.github.com/rest/checks/runs#get-a-check-run */
const CheckRunSchema = Type.Object({
  id: Id,
  head_sha: Type.String(),
  name: Type.String(),
  external_id: NullableString,
  html_url: NullableString,
  details_url: NullableString,
  status: Type.String(),
  conclusion: NullableString,
  output: Type.Object({
    title: NullableString,
    summary: NullableString,
    text: NullableString,
    annotations_count: Count,
  }),
  app: Type.Optional(
    Type.Union([Type.Object({ id: Type.Optional(Id), client_id: Type.Optional(Type.String()) }), Type.Null()]),
  ),
});

export type CheckRun = Static<typeof CheckRunSchema>;

/** The repository and the App whose checks are read and written. */
export interface CheckRuns {
  /** The one with this id; null when there is none. */
  get(id: string): Promise<CheckRun | null>;
  /** The App's own of this name on the commit, newest first. */
  list(headSha: string, name: string): Promise<CheckRun[]>;
  create(fields: Record<string, unknown>): Promise<CheckRun>;
  /** `repeatable`: false for what adds annotations, which are added again each time. */
  update(id: number, fields: Record<string, unknown>, repeatable: boolean): Promise<CheckRun>;
}

const runReader = createReader(CheckRunSchema);
const runsReader = createReader(Type.Object({ check_runs: Type.Array(CheckRunSchema) }));

/** `appId`: the App's number or client id. */
export function openCheckRuns(
  client: GitHubClient,
  appId: string | number,
  { owner, name: repo }: RepositoryRef,
  signal?: AbortSignal,
): CheckRuns {
  const address = { owner, repo };
  const read = (data: unknown): CheckRun => runReader.answer(data, "GitHub's check run");
  const isOwn = ({ app }: CheckRun): boolean => String(app?.id) === String(appId) || app?.client_id === appId;

  return {
    async get(check_run_id) {
      try {
        const { data } = await client.request(
          `GET ${CHECK_RUNS}/{check_run_id}`,
          { ...address, check_run_id },
          { signal },
        );
        const run = read(data);
        return isOwn(run) ? run : null;
      } catch (error) {
        if (error instanceof IntegrationNotFoundError) return null;
        throw error;
      }
    },
    async list(headSha, check_name) {
      const found: CheckRun[] = [];
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const { data } = await client.request(
          'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
          { ...address, ref: headSha, check_name, filter: 'all', per_page: PER_PAGE, page },
          { signal },
        );
        const { check_runs } = runsReader.answer(data, "GitHub's list of check runs");
        found.push(...check_runs.filter(isOwn));
        if (check_runs.length < PER_PAGE) break;
      }
      return found.sort((left, right) => right.id - left.id);
    },
    async create(fields) {
      const { data } = await client.request(
        `POST ${CHECK_RUNS}`,
        { ...address, ...fields },
        { kind: 'create', idempotent: false, signal },
      );
      return read(data);
    },
    async update(check_run_id, fields, repeatable) {
      const { data } = await client.request(
        `PATCH ${CHECK_RUNS}/{check_run_id}`,
        { ...address, check_run_id, ...fields },
        { kind: 'write', idempotent: repeatable, signal },
      );
      return read(data);
    },
  };
}
