import type { JsonObject } from '../json.ts';
import type { Label, Repository } from '../state/model.ts';
import type { Urls } from './urls.ts';

export function labelView(label: Label, repository: Repository, urls: Urls): JsonObject {
  return {
    id: label.id,
    node_id: label.nodeId,
    url: `${urls.api}/repos/${repository.owner.login}/${repository.name}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.isDefault,
    description: label.description,
  };
}
