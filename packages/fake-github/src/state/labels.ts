import { validationFailed } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { countCharacters } from '../settings.ts';
import { labelView } from '../view/label.ts';
import type { Account, Label, Repository } from './model.ts';
import { putLabel } from './repositories.ts';
import { organizationOf } from './repository-events.ts';
import type { World } from './world.ts';

function checkName({ limits }: World, repository: Repository, name: string, own: Label | null): void {
  if (name.trim() === '') {
    throw validationFailed({ resource: 'Label', code: 'missing_field', field: 'name' });
  }
  if (countCharacters(name) > limits.label) {
    throw validationFailed({
      resource: 'Label',
      code: 'invalid',
      field: 'name',
      message: `is too long (maximum is ${limits.label} characters)`,
      value: name,
    });
  }
  const holder = repository.labels.get(name.toLowerCase());
  if (holder !== undefined && holder !== own) {
    throw validationFailed({ resource: 'Label', code: 'already_exists', field: 'name' });
  }
}

function checkColor(color: string): void {
  if (!/^[0-9a-f]{6}$/i.test(color)) throw validationFailed({ resource: 'Label', code: 'invalid', field: 'color' });
}

function publish(
  world: World,
  repository: Repository,
  sender: Account,
  action: 'created' | 'edited' | 'deleted',
  label: Label,
  changes?: JsonObject,
): void {
  world.publish({
    event: 'label',
    action,
    sender,
    repository,
    organization: organizationOf(repository),
    body: (urls) => ({ label: labelView(label, repository, urls), ...(changes === undefined ? {} : { changes }) }),
  });
}

export function createLabel(
  world: World,
  repository: Repository,
  sender: Account,
  input: { name: string; color?: string; description?: string | null },
): Label {
  checkName(world, repository, input.name, null);
  if (input.color !== undefined) checkColor(input.color);
  const label = putLabel(world, repository, input, false);
  repository.revision += 1;
  publish(world, repository, sender, 'created', label);
  return label;
}

/** Returns the label with this name in any case. A missing label is created, as the issues API does. */
export function findOrCreateLabel(world: World, repository: Repository, sender: Account, name: string): Label {
  return repository.labels.get(name.toLowerCase()) ?? createLabel(world, repository, sender, { name });
}

/** Renames a label on every issue at once. This neither changes the `updated_at` of the issues nor sends events about them. */
export function editLabel(
  world: World,
  repository: Repository,
  sender: Account,
  label: Label,
  input: { name?: string; color?: string; description?: string | null },
): void {
  const changes: JsonObject = {};
  if (input.name !== undefined && input.name !== label.name) {
    checkName(world, repository, input.name, label);
    changes.name = { from: label.name };
  }
  if (input.color !== undefined && input.color !== label.color) {
    checkColor(input.color);
    changes.color = { from: label.color };
  }
  if (input.description !== undefined && input.description !== label.description) {
    changes.description = { from: label.description ?? '' };
  }
  if (Object.keys(changes).length === 0) return;
  repository.labels.delete(label.name.toLowerCase());
  label.name = input.name ?? label.name;
  label.color = input.color ?? label.color;
  if (input.description !== undefined) label.description = input.description;
  repository.labels.set(label.name.toLowerCase(), label);
  repository.revision += 1;
  publish(world, repository, sender, 'edited', label, changes);
}

/** Removes the label from every issue without events about the issues. */
export function deleteLabel(world: World, repository: Repository, sender: Account, label: Label): void {
  repository.labels.delete(label.name.toLowerCase());
  for (const issue of repository.issues.values()) {
    if (issue.labels.includes(label)) issue.labels = issue.labels.filter((other) => other !== label);
  }
  repository.revision += 1;
  publish(world, repository, sender, 'deleted', label);
}
