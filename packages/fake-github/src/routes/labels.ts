import { notFound, validationFailed } from '../errors.ts';
import { accessRules, repositoryAccess, writeAccess } from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { bodyObject, nullableString, optionalString } from '../http/fields.ts';
import { pageResponse } from '../http/pagination.ts';
import { createLabel, deleteLabel, editLabel } from '../state/labels.ts';
import type { Label, Repository } from '../state/model.ts';
import { labelView } from '../view/label.ts';

const list = '/repos/{owner}/{repo}/labels';
const one = `${list}/{name}`;

function find(context: RequestContext, repository: Repository): Label {
  const label = repository.labels.get((context.params.name ?? '').toLowerCase());
  if (label === undefined) throw notFound();
  return label;
}

function create(context: RequestContext): RouteResponse {
  const { repository, caller } = writeAccess(context, accessRules.writeLabels);
  const body = bodyObject(context.body);
  const name = optionalString(body, 'name');
  if (name === undefined) throw validationFailed({ resource: 'Label', code: 'missing_field', field: 'name' });
  const color = optionalString(body, 'color');
  const label = createLabel(context.world, repository, caller, {
    name,
    description: nullableString(body, 'description') ?? null,
    ...(color === undefined ? {} : { color }),
  });
  const view = labelView(label, repository, context.urls);
  return { status: 201, body: view, headers: { location: String(view.url) } };
}

function edit(context: RequestContext): RouteResponse {
  const { repository, caller } = writeAccess(context, accessRules.writeLabels);
  const label = find(context, repository);
  const body = bodyObject(context.body);
  const name = optionalString(body, 'new_name');
  const color = optionalString(body, 'color');
  const description = nullableString(body, 'description');
  editLabel(context.world, repository, caller, label, {
    ...(name === undefined ? {} : { name }),
    ...(color === undefined ? {} : { color }),
    ...(description === undefined ? {} : { description }),
  });
  return { status: 200, body: labelView(label, repository, context.urls) };
}

export const labelRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: list,
    handle: (context) => {
      const { repository } = repositoryAccess(context, accessRules.readIssues);
      return pageResponse(context, [...repository.labels.values()], `/repositories/${repository.id}/labels`, (label) =>
        labelView(label, repository, context.urls),
      );
    },
  },
  { method: 'POST', path: list, handle: create },
  {
    method: 'GET',
    path: one,
    handle: (context) => {
      const { repository } = repositoryAccess(context, accessRules.readIssues);
      return { status: 200, body: labelView(find(context, repository), repository, context.urls) };
    },
  },
  { method: 'PATCH', path: one, handle: edit },
  {
    method: 'DELETE',
    path: one,
    handle: (context) => {
      const { repository, caller } = writeAccess(context, accessRules.writeLabels);
      deleteLabel(context.world, repository, caller, find(context, repository));
      return { status: 204 };
    },
  },
];
