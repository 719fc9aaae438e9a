import type { WebhookHint } from '@commandcenter/integration-kit';
import { LEARNED_HINTS_LIMIT } from './learned-hint-queries.ts';

export interface IndexedHint {
  kind: string;
  value: string;
  /** True if the hint was learned from a verified delivery. */
  learned: boolean;
  /** True if a verified ping contained the hint. */
  pinged: boolean;
}

/** The integration that a webhook hint (such as a repository's name in a request) leads to. */
export interface HintOwner {
  integrationId: number;
  projectId: number;
  type: string;
}

/** Ids of the integrations that have a certain webhook hint, by the id of their project. */
export type HintedIntegrations = ReadonlyMap<number, ReadonlySet<number>>;

/** Trust in a hint: `trusted` if it comes from the configuration, from a webhook that we created or from a ping, otherwise `learned`. */
export type HintTrust = 'trusted' | 'learned';

interface OwnHints {
  projectId: number;
  /** The integration's hints by the key that `keyOf` returns. */
  hints: Map<string, IndexedHint>;
}

const NONE: HintedIntegrations = new Map();

/**
 * Finds the integrations that a webhook may be meant for by its hints, such as the name of a repository. The number of learned hints of a
 * project is limited.
 */
export class HintIndex {
  readonly #byKey: Record<HintTrust, Map<string, Map<number, Set<number>>>> = {
    trusted: new Map(),
    learned: new Map(),
  };
  readonly #ofIntegration = new Map<number, OwnHints>();
  /** Learned hints of each project's integrations, by project id, the oldest hint first. */
  readonly #learned = new Map<number, Map<string, { integrationId: number; key: string }>>();

  /** Returns the integrations that have this hint with this trust, by project. */
  find(type: string, hint: WebhookHint, trust: HintTrust): HintedIntegrations {
    return this.#byKey[trust].get(keyOf(type, hint)) ?? NONE;
  }

  /** Returns the ids of all integrations that have this hint. */
  *integrationsOf(type: string, hint: WebhookHint): Iterable<number> {
    for (const integrations of this.find(type, hint, 'trusted').values()) yield* integrations;
    for (const integrations of this.find(type, hint, 'learned').values()) yield* integrations;
  }

  /** Returns the hint of an integration, or undefined if the integration does not have it. */
  get(integrationId: number, type: string, hint: WebhookHint): Readonly<IndexedHint> | undefined {
    return this.#ofIntegration.get(integrationId)?.hints.get(keyOf(type, hint));
  }

  integrationIds(): Iterable<number> {
    return this.#ofIntegration.keys();
  }

  learnedOf(integrationId: number): IndexedHint[] {
    const own = this.#ofIntegration.get(integrationId);
    return own === undefined ? [] : [...own.hints.values()].filter(({ learned }) => learned);
  }

  /** Adds a hint to an integration. A hint that the integration already has is merged, and keeps the higher trust of both. */
  add({ integrationId, projectId, type }: HintOwner, { kind, value, learned, pinged }: IndexedHint): void {
    const key = keyOf(type, { kind, value });
    const own = this.#ofIntegration.get(integrationId) ?? { projectId, hints: new Map<string, IndexedHint>() };
    this.#ofIntegration.set(integrationId, own);
    const known = own.hints.get(key);
    const isLearned = learned && known?.learned !== false;
    const isPinged = pinged || known?.pinged === true;
    if (known !== undefined) this.#removeKey(integrationId, key);
    own.hints.set(key, { kind, value, learned: isLearned, pinged: isPinged });
    const byKey = this.#byKey[isLearned && !isPinged ? 'learned' : 'trusted'];
    const projects = byKey.get(key) ?? new Map<number, Set<number>>();
    byKey.set(key, projects);
    projects.set(projectId, (projects.get(projectId) ?? new Set()).add(integrationId));
    if (isLearned) this.#limitLearned(projectId, integrationId, key);
  }

  remove(integrationId: number): void {
    const own = this.#ofIntegration.get(integrationId);
    for (const key of own?.hints.keys() ?? []) this.#removeKey(integrationId, key);
    this.#ofIntegration.delete(integrationId);
  }

  /** Removes the oldest learned hint of the project if it has too many. */
  #limitLearned(projectId: number, integrationId: number, key: string): void {
    const own = this.#learned.get(projectId) ?? new Map<string, { integrationId: number; key: string }>();
    this.#learned.set(projectId, own.set(`${integrationId}\n${key}`, { integrationId, key }));
    if (own.size <= LEARNED_HINTS_LIMIT) return;
    const [oldest] = own.values();
    if (oldest !== undefined) this.#removeKey(oldest.integrationId, oldest.key);
  }

  #removeKey(integrationId: number, key: string): void {
    const own = this.#ofIntegration.get(integrationId);
    if (own === undefined) return;
    own.hints.delete(key);
    for (const byKey of Object.values(this.#byKey)) {
      const projects = byKey.get(key);
      const integrations = projects?.get(own.projectId);
      integrations?.delete(integrationId);
      if (integrations?.size === 0) projects?.delete(own.projectId);
      if (projects?.size === 0) byKey.delete(key);
    }
    const learned = this.#learned.get(own.projectId);
    learned?.delete(`${integrationId}\n${key}`);
    if (learned?.size === 0) this.#learned.delete(own.projectId);
  }
}

function keyOf(type: string, hint: { kind: string; value: string }): string {
  return `${type}\n${hint.kind}\n${hint.value}`;
}
