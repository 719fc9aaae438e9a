import type { JsonObject } from '../json.ts';
import type { Account } from '../state/model.ts';
import type { Viewer } from './viewer.ts';

export function actorNode(account: Account, viewer: Viewer): JsonObject {
  return {
    __typename: account.type,
    id: account.nodeId,
    databaseId: account.id,
    login: account.login,
    name: account.name,
    url: `${viewer.urls.html}/${account.login}`,
    resourcePath: `/${account.login}`,
    avatarUrl: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
  };
}
