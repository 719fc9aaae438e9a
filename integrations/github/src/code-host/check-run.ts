import { IntegrationNotFoundError, type RepositoryRef } from '@commandcenter/integration-kit';
import { type Static, Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { Count, Id } from '../numbers.ts';
import { createReader } from '../schema-reader.ts';

const CHECK_RUNS = '/repos/{owner}/{repo}/check-runs';
const PER_PAGE = 100;
/** Most pages that are searched for check runs: one commit never has a thousand of one name in practice. */
const MAX_PAGES = 10;

const NullableString = Type.Optional(Type.Union([Type.String(), Type.Null()]));

/** The fields that we use of a check run: https://docs.github.com/rest/checks/runs#get-a-check-run */
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

/** Reads and writes the check runs of one App in one repository. The methods throw `IntegrationError`s. */
export interface CheckRuns {
  /** Returns the App's check run with this id, or null if there is none. */
  get(id: string): Promise<CheckRun | null>;
  /** Returns the App's check runs of this name on the commit, newest first. */
  list(headSha: string, name: string): Promise<CheckRun[]>;
  create(fields: Record<string, unknown>): Promise<CheckRun>;
  /**
   * Changes a check run. Pass false for `repeatable` if the fields contain annotations, because GitHub adds them again on every request.
   */
  update(id: number, fields: Record<string, unknown>, repeatable: boolean): Promise<CheckRun>;
}

const runReader = createReader(CheckRunSchema);
const runsReader = createReader(Type.Object({ check_runs: Type.Array(CheckRunSchema) }));

/** Returns access to the check runs of one App in a repository. `appId` is the App's number or client id. */
export function openCheckRuns(
  client: GitHubClient,
  appId: string | number,
  { owner, name: repo }: RepositoryRef,
  signal?: AbortSignal,
): CheckRuns {
  const address = { owner, repo };
  const read = (data: unknown): CheckRun => runReader.response(data, "GitHub's check run");
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
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const { data } = await client.request(
          'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
          { ...address, ref: headSha, check_name, filter: 'all', per_page: PER_PAGE, page },
          { signal },
        );
        const { check_runs } = runsReader.response(data, "GitHub's list of check runs");
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
