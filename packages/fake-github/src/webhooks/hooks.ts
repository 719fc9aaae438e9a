import type { Account, App, Installation, Repository, Timestamp } from '../state/model.ts';
import type { World } from '../state/world.ts';

/** Owner of a webhook, which the headers `X-GitHub-Hook-Installation-Target-*` describe. */
export type HookTarget =
  | { readonly type: 'repository'; readonly repository: Repository }
  | { readonly type: 'organization'; readonly organization: Account }
  | { readonly type: 'integration'; readonly app: App };

export interface Hook {
  readonly id: number;
  readonly target: HookTarget;
  url: string;
  secret: string | null;
  contentType: 'json' | 'form';
  insecureSsl: '0' | '1';
  /** Names of the events that the webhook subscribes to, or `*` for all. */
  events: string[];
  active: boolean;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
  lastResponse: { code: number | null; status: string; message: string | null };
}

export interface HookInput {
  url: string;
  secret?: string | null;
  contentType?: 'json' | 'form';
  insecureSsl?: '0' | '1';
  events?: readonly string[];
  active?: boolean;
}

/** GitHub's limit on the number of webhooks for one event in one repository or organization. */
export const maximumHooksPerEvent = 20;

export class Hooks {
  readonly #world: World;
  readonly #hooks = new Map<number, Hook>();

  constructor(world: World) {
    this.#world = world;
  }

  add(target: HookTarget, input: HookInput): Hook {
    const now = this.#world.timestamp();
    const hook: Hook = {
      id: this.#world.nextId(),
      target,
      url: input.url,
      secret: input.secret ?? null,
      contentType: input.contentType ?? 'form',
      insecureSsl: input.insecureSsl ?? '0',
      events: [...(input.events ?? ['push'])],
      active: input.active ?? true,
      createdAt: now,
      updatedAt: now,
      lastResponse: { code: null, status: 'unused', message: null },
    };
    this.#hooks.set(hook.id, hook);
    return hook;
  }

  edit(hook: Hook, input: Partial<HookInput>): void {
    hook.url = input.url ?? hook.url;
    if (input.secret !== undefined) hook.secret = input.secret;
    hook.contentType = input.contentType ?? hook.contentType;
    hook.insecureSsl = input.insecureSsl ?? hook.insecureSsl;
    hook.events = input.events === undefined ? hook.events : [...input.events];
    hook.active = input.active ?? hook.active;
    hook.updatedAt = this.#world.timestamp();
  }

  remove(hook: Hook): void {
    this.#hooks.delete(hook.id);
  }

  get(id: number): Hook | undefined {
    return this.#hooks.get(id);
  }

  ofRepository(repository: Repository): Hook[] {
    return this.#all().filter((hook) => hook.target.type === 'repository' && hook.target.repository === repository);
  }

  ofApp(app: App): Hook | undefined {
    return this.#all().find((hook) => hook.target.type === 'integration' && hook.target.app === app);
  }

  /** Returns the active hooks that subscribe to events of this repository or organization. */
  candidates(event: string, repository: Repository | null, organization: Account | null): Hook[] {
    if (this.#hooks.size === 0) return [];
    return this.#all().filter((hook) => {
      if (!hook.active || !(hook.events.includes('*') || hook.events.includes(event))) return false;
      const { target } = hook;
      if (target.type === 'repository') return target.repository === repository;
      if (target.type === 'organization') return target.organization === organization;
      return true;
    });
  }

  /** Returns every active hook of an App, because events about its installations need no subscription. */
  ofInstallation(installation: Installation): Hook[] {
    return this.#all().filter(
      (hook) => hook.active && hook.target.type === 'integration' && hook.target.app === installation.app,
    );
  }

  #all(): Hook[] {
    return [...this.#hooks.values()];
  }
}

export function targetId(target: HookTarget): number {
  if (target.type === 'repository') return target.repository.id;
  return target.type === 'organization' ? target.organization.id : target.app.id;
}
