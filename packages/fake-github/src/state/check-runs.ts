import { ApiError, validationFailed } from '../errors.ts';
import type { App, CheckAnnotation, CheckRun, Repository } from './model.ts';
import type { World } from './world.ts';

const maximumTextLength = 65_535;

/** Fields of a request that creates or updates a check run. Absent fields stay unchanged. */
export interface CheckRunChange {
  name?: string;
  externalId?: string;
  detailsUrl?: string;
  status?: CheckRun['status'];
  conclusion?: string;
  output?: { title?: string; summary: string; text?: string; annotations: readonly CheckAnnotation[] };
}

export function createCheckRun(
  world: World,
  repository: Repository,
  app: App,
  input: CheckRunChange & { name: string; headSha: string },
): CheckRun {
  if (!repository.commits.has(input.headSha)) throw new ApiError(422, `No commit found for SHA: ${input.headSha}`);
  checkChange(input);
  const id = world.nextId();
  const neighbour = repository.checkRuns.find((run) => run.app === app && run.headSha === input.headSha);
  const run: CheckRun = {
    id,
    nodeId: world.nodeId('CR', id),
    repository,
    app,
    suiteId: neighbour?.suiteId ?? world.nextId(),
    headSha: input.headSha,
    name: input.name,
    externalId: '',
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    startedAt: world.timestamp(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
  };
  apply(world, run, input);
  repository.checkRuns.push(run);
  return run;
}

export function updateCheckRun(world: World, run: CheckRun, app: App, change: CheckRunChange): void {
  if (run.app !== app) {
    throw new ApiError(
      403,
      `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  }
  checkChange(change);
  apply(world, run, change);
}

function checkChange({ status, conclusion, output }: CheckRunChange): void {
  if (status === 'completed' && conclusion === undefined) {
    throw validationFailed({ resource: 'CheckRun', code: 'missing_field', field: 'conclusion' });
  }
  for (const field of ['summary', 'text'] as const) {
    if (Buffer.byteLength(output?.[field] ?? '') <= maximumTextLength) continue;
    const message = `${field} exceeds a maximum bytesize of ${maximumTextLength}`;
    throw validationFailed({ resource: 'CheckRun', code: 'custom', field, message });
  }
}

/** Updates a check run. A conclusion completes it. Annotations are added to the existing ones, because no request removes any. */
function apply(world: World, run: CheckRun, change: CheckRunChange): void {
  const { conclusion, output } = change;
  run.name = change.name ?? run.name;
  run.externalId = change.externalId ?? run.externalId;
  run.detailsUrl = change.detailsUrl ?? run.detailsUrl;
  if (conclusion !== undefined) {
    run.status = 'completed';
    run.conclusion = conclusion;
    run.completedAt = world.timestamp();
  } else if (change.status !== undefined) {
    run.status = change.status;
    run.conclusion = null;
    run.completedAt = null;
  }
  if (output === undefined) return;
  run.title = output.title ?? run.title;
  run.summary = output.summary;
  run.text = output.text ?? run.text;
  run.annotations.push(...output.annotations);
}
