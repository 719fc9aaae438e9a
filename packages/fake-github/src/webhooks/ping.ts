import type { Account } from '../state/model.ts';
import { simpleOrganization, simpleUser } from '../view/account.ts';
import { hookView } from '../view/hook.ts';
import { repositoryView } from '../view/repository.ts';
import type { Urls } from '../view/urls.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Hook } from './hooks.ts';

/** Sends the ping that GitHub sends to a new hook. */
export function sendPing(dispatcher: Dispatcher, hook: Hook, sender: Account, urls: Urls): void {
  const { target } = hook;
  const payload = {
    zen: 'Speak like a human.',
    hook_id: hook.id,
    hook: hookView(hook, urls),
    ...(target.type === 'repository' ? { repository: repositoryView(target.repository, urls) } : {}),
    ...(target.type === 'organization' ? { organization: simpleOrganization(target.organization, urls) } : {}),
    sender: simpleUser(sender, urls),
  };
  dispatcher.sendTo(hook, 'ping', null, JSON.stringify(payload));
}
