import { ApiError, notFound } from '../errors.ts';
import { accessRules, repositoryAccess, requireToken, writeAccess } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { bodyObject, invalidRequest, optionalString, optionalWord } from '../http/fields.ts';
import { pageResponse } from '../http/pagination.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type CheckRunChange, createCheckRun, updateCheckRun } from '../state/check-runs.ts';
import { findCommit } from '../state/commits.ts';
import type { App, CheckAnnotation, CheckRun, Repository } from '../state/model.ts';
import { annotationView, checkRunView } from '../view/check-run.ts';

const all = '/repos/{owner}/{repo}/check-runs';
const one = `${all}/{check_run_id}`;
const maximumAnnotations = 50;

const statuses = ['queued', 'in_progress', 'completed'] as const;
const levels = ['notice', 'warning', 'failure'] as const;
const conclusions = ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'] as const;

/**
 * Returns the repository and the calling App. Throws 403 for other callers, because only Apps can write checks, whatever role a person
 * has.
 */
function appAccess(context: RequestContext): { repository: Repository; app: App } {
  const { repository } = writeAccess(context, accessRules.writeChecks);
  const { installation } = requireToken(context);
  if (installation === null) throw new ApiError(403, 'You must authenticate via a GitHub App.');
  return { repository, app: installation.app };
}

function find(context: RequestContext, repository: Repository): CheckRun {
  const run = repository.checkRuns.find(({ id }) => id === Number(context.params.check_run_id));
  if (run === undefined) throw notFound();
  return run;
}

function requiredString(body: JsonObject, field: string): string {
  const text = optionalString(body, field);
  if (text === undefined) throw invalidRequest(field, undefined, 'a string');
  return text;
}

function line(annotation: JsonObject, field: string): number {
  const value = annotation[field];
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw invalidRequest(field, value, 'a line number');
}

function readAnnotation(value: unknown): CheckAnnotation {
  const annotation = bodyObject(value);
  const level = optionalWord(annotation, 'annotation_level', levels);
  if (level === undefined) throw invalidRequest('annotation_level', undefined, 'a string');
  const startLine = line(annotation, 'start_line');
  const endLine = line(annotation, 'end_line');
  if (endLine < startLine) throw invalidRequest('end_line', endLine, 'at or after start_line');
  const path = requiredString(annotation, 'path');
  if (path === '' || path.startsWith('/')) throw invalidRequest('path', path, 'a relative path');
  const title = optionalString(annotation, 'title') ?? null;
  return { path, startLine, endLine, level, title, message: requiredString(annotation, 'message') };
}

function readOutput(value: unknown): CheckRunChange['output'] {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw invalidRequest('output', value, 'an object');
  const { annotations = [] } = value;
  if (!Array.isArray(annotations)) throw invalidRequest('annotations', annotations, 'an array');
  if (annotations.length > maximumAnnotations) {
    const counts = `No more than ${maximumAnnotations} items are allowed; ${annotations.length} were supplied.`;
    throw new ApiError(422, `Invalid request.\n\n${counts}`);
  }
  const title = optionalString(value, 'title');
  const text = optionalString(value, 'text');
  return {
    summary: requiredString(value, 'summary'),
    annotations: annotations.map(readAnnotation),
    ...(title === undefined ? {} : { title }),
    ...(text === undefined ? {} : { text }),
  };
}

function readChange(body: JsonObject): CheckRunChange {
  const given = {
    name: optionalString(body, 'name'),
    externalId: optionalString(body, 'external_id'),
    detailsUrl: optionalString(body, 'details_url'),
    status: optionalWord(body, 'status', statuses),
    conclusion: optionalWord(body, 'conclusion', conclusions),
    output: readOutput(body.output),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function create(context: RequestContext): RouteResponse {
  const { repository, app } = appAccess(context);
  const body = bodyObject(context.body);
  const change = readChange(body);
  if (change.output !== undefined && change.output.title === undefined) {
    throw invalidRequest('title', undefined, 'a string');
  }
  const name = requiredString(body, 'name');
  const headSha = requiredString(body, 'head_sha');
  const run = createCheckRun(context.world, repository, app, { ...change, name, headSha });
  return { status: 201, body: checkRunView(run, context.urls) };
}

function update(context: RequestContext): RouteResponse {
  const { repository, app } = appAccess(context);
  const run = find(context, repository);
  updateCheckRun(context.world, run, app, readChange(bodyObject(context.body)));
  return { status: 200, body: checkRunView(run, context.urls) };
}

/** Lists the check runs of a commit, newest first. `latest`, the default, returns one run per app and name. */
function listOfCommit(context: RequestContext): RouteResponse {
  const { repository } = repositoryAccess(context, accessRules.readChecks);
  const { ref = '' } = context.params;
  const sha = findCommit(repository, ref);
  if (sha === undefined) throw new ApiError(422, `No commit found for SHA: ${ref}`);
  const { query } = context;
  const matchesQuery = (name: string, value: string): boolean => !query.has(name) || query.get(name) === value;
  const runs = repository.checkRuns
    .filter((run) => run.headSha === sha && matchesQuery('check_name', run.name) && matchesQuery('status', run.status))
    .filter((run) => matchesQuery('app_id', String(run.app.id)))
    .reverse();
  const newest = new Map(runs.toReversed().map((run) => [`${run.app.id} ${run.name}`, run]));
  const shown = query.get('filter') === 'all' ? runs : runs.filter((run) => [...newest.values()].includes(run));
  const linkPath = `/repositories/${repository.id}/commits/${ref}/check-runs`;
  const page = pageResponse(context, shown, linkPath, (run) => checkRunView(run, context.urls));
  return { ...page, body: { total_count: shown.length, check_runs: page.body } };
}

export const checkRunRoutes: readonly Route[] = [
  { method: 'POST', path: all, handle: create },
  { method: 'PATCH', path: one, handle: update },
  {
    method: 'GET',
    path: one,
    handle: (context) => {
      const { repository } = repositoryAccess(context, accessRules.readChecks);
      return { status: 200, body: checkRunView(find(context, repository), context.urls) };
    },
  },
  {
    method: 'GET',
    path: `${one}/annotations`,
    handle: (context) => {
      const { repository } = repositoryAccess(context, accessRules.readChecks);
      const run = find(context, repository);
      const linkPath = `/repositories/${repository.id}/check-runs/${run.id}/annotations`;
      return pageResponse(context, run.annotations, linkPath, (annotation) =>
        annotationView(run, annotation, context.urls),
      );
    },
  },
  { method: 'GET', path: '/repos/{owner}/{repo}/commits/{ref}/check-runs', handle: listOfCommit },
];
