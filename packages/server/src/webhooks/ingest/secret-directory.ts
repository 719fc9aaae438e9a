import type { WebhookHint } from '@commandcenter/integration-kit';
import { HINT_KINDS } from '../../integrations/webhook-hints.ts';
import { type HintedIntegrations, HintIndex, type IndexedHint } from './hint-index.ts';
import type { WebhookHintRow, WebhookSecretRow } from './webhook-directory-queries.ts';

/** An integration that receives webhooks. */
export interface WebhookEndpoint {
  id: number;
  projectId: number;
  type: string;
  /**
   * Values that the configuration restricts the integration to, such as its repositories, by the kind of hint. An absent kind restricts
   * nothing.
   */
  narrowing: ReadonlyMap<WebhookHint['kind'], ReadonlySet<string>>;
}

/** Secrets of a type in the order in which they are tried without a hint. */
interface SearchOrder {
  groups: SecretGroup[];
  revision: number;
  /** Time at which the order was made, by `performance.now()`. */
  madeAt: number;
}

export interface SecretMember {
  secretId: number;
  endpoint: WebhookEndpoint;
  /** The secret, encrypted as JWE. */
  jwe: string;
  /** End of the secret's validity in milliseconds since the epoch; infinite for a current secret. */
  validUntil: number;
}

/** One distinct secret of a type, and the integrations that have it. */
export interface SecretGroup {
  type: string;
  /** Keyed fingerprint of the secret in hexadecimal. */
  fingerprint: string;
  /** Stored copies of the secret by integration id. */
  members: Map<number, SecretMember[]>;
  createdAt: number;
  lastVerifiedAt: number;
}

/** The hints that follow from a configuration. Never throws: one integration must not keep the secrets of the others from being read. */
export type ConfigHintsOf = (type: string, config: Record<string, unknown>) => readonly WebhookHint[];

/** Number of secrets of one project after which no more of its integrations with the same hint are considered. */
const HINTED_OF_PROJECT = 64;
/** Milliseconds after which the order of a search is made again even if no secret came or went. */
const SEARCH_ORDER_MS = 1000;

/**
 * Keeps all encrypted webhook secrets and hints in memory, indexed so that finding candidates costs the same with one integration as with
 * 10,000. Its size is limited by the tables that it mirrors: about 1 KB per integration.
 */
export class SecretDirectory {
  readonly #configHintsOf: ConfigHintsOf;
  readonly #groups = new Map<string, Map<string, SecretGroup>>();
  readonly #groupsOfIntegration = new Map<number, Set<SecretGroup>>();
  readonly #hints = new HintIndex();
  readonly #searchOrders = new Map<string, SearchOrder>();
  newestSecretId = 0;
  /** Incremented on every reload, so that a request that was verified with older secrets can be verified again. */
  revision = 0;

  constructor(configHintsOf: ConfigHintsOf) {
    this.#configHintsOf = configHintsOf;
  }

  /** Replaces everything known about these integrations with the rows. An integration without rows is forgotten. */
  replace(
    integrationIds: Iterable<number>,
    secrets: readonly WebhookSecretRow[],
    hints: readonly WebhookHintRow[],
  ): void {
    this.revision += 1;
    const learned = new Map([...integrationIds].map((id) => [id, this.#hints.learnedOf(id)]));
    for (const id of learned.keys()) this.#forget(id);
    const endpoints = new Map<number, WebhookEndpoint>();
    const repositoryIds = configuredRepositoryIds(hints);
    for (const row of secrets) {
      let endpoint = endpoints.get(row.integration_id);
      if (endpoint === undefined) {
        endpoint = this.#endpointOf(row, repositoryIds.get(row.integration_id));
        endpoints.set(row.integration_id, endpoint);
      }
      this.#addSecret(row, endpoint);
    }
    for (const row of hints) this.addHint(row.integration_id, row);
    for (const [id, own] of learned) this.#adoptHints(id, own);
  }

  /** Number of stored secrets. A secret that two integrations share counts twice. */
  get secretCount(): number {
    let count = 0;
    for (const groups of this.#groups.values()) {
      for (const group of groups.values()) for (const members of group.members.values()) count += members.length;
    }
    return count;
  }

  /** Copies what the previous directory has learned, because not all of it is in the database yet. */
  adoptLearned(previous: SecretDirectory): void {
    this.revision += previous.revision;
    for (const id of previous.#hints.integrationIds()) this.#adoptHints(id, previous.#hints.learnedOf(id));
    for (const [type, groups] of previous.#groups) {
      for (const { fingerprint, lastVerifiedAt } of groups.values()) {
        const group = this.#groups.get(type)?.get(fingerprint);
        if (group !== undefined && group.lastVerifiedAt < lastVerifiedAt) group.lastVerifiedAt = lastVerifiedAt;
      }
    }
  }

  /** Returns the distinct secrets of a type by fingerprint, including ended ones until the next `dropExpired`. */
  groupsOf(type: string): ReadonlyMap<string, SecretGroup> {
    return this.#groups.get(type) ?? new Map<string, SecretGroup>();
  }

  groupsOfIntegration(integrationId: number): ReadonlySet<SecretGroup> {
    return this.#groupsOfIntegration.get(integrationId) ?? new Set<SecretGroup>();
  }

  /** Returns the type of an integration, or undefined if it has no secret. */
  typeOf(integrationId: number): string | undefined {
    for (const group of this.groupsOfIntegration(integrationId)) return group.type;
    return undefined;
  }

  /**
   * Returns at most `limit` secrets of the integrations that the hints name: those with trusted hints first, then those with the most
   * specific ones. Projects take turns, so that many integrations in one project do not keep those of another from being tried.
   */
  hinted(type: string, hints: readonly WebhookHint[], limit: number): SecretGroup[] {
    const found = new Set<SecretGroup>();
    for (const trust of ['trusted', 'learned'] as const) {
      for (const kind of HINT_KINDS) {
        for (const hint of hints) {
          if (hint.kind !== kind) continue;
          for (const group of this.#inTurns(this.#hints.find(type, hint, trust))) {
            found.add(group);
            if (found.size >= limit) return [...found];
          }
        }
      }
    }
    return [...found];
  }

  /** Returns the integration that the hints name, or null if they name none or several. */
  onlyIntegration(type: string, hints: readonly WebhookHint[]): number | null {
    let only: number | null = null;
    for (const hint of hints) {
      for (const integrationId of this.#hints.integrationsOf(type, hint)) {
        if (only !== null && only !== integrationId) return null;
        only = integrationId;
      }
    }
    return only;
  }

  /**
   * Returns at most `limit` secrets of a type. Projects take turns, and within each project the secrets that verified or were created
   * last come first.
   */
  searched(type: string, limit: number): SecretGroup[] {
    const known = this.#searchOrders.get(type);
    if (known?.revision === this.revision && performance.now() - known.madeAt < SEARCH_ORDER_MS) return known.groups;
    const projects = new Map<number, SecretGroup[]>();
    for (const group of latestFirst([...this.groupsOf(type).values()])) {
      const [members] = group.members.values();
      const projectId = members?.[0]?.endpoint.projectId ?? 0;
      const own = projects.get(projectId);
      if (own === undefined) projects.set(projectId, [group]);
      else own.push(group);
    }
    const groups: SecretGroup[] = [];
    for (const group of takingTurns([...projects.values()])) {
      if (groups.length >= limit) break;
      groups.push(group);
    }
    this.#searchOrders.set(type, { groups, revision: this.revision, madeAt: performance.now() });
    return groups;
  }

  /** Adds a hint to an integration. Has no effect if the integration has no secret. */
  addHint(integrationId: number, hint: IndexedHint): void {
    for (const { type, members } of this.groupsOfIntegration(integrationId)) {
      const projectId = members.get(integrationId)?.[0]?.endpoint.projectId;
      if (projectId !== undefined) this.#hints.add({ integrationId, projectId, type }, hint);
      return;
    }
  }

  /** Returns the hint of an integration, or undefined if the integration does not have it. */
  hint(integrationId: number, type: string, hint: WebhookHint): Readonly<IndexedHint> | undefined {
    return this.#hints.get(integrationId, type, hint);
  }

  dropExpired(now: number): void {
    for (const groups of this.#groups.values()) {
      for (const group of groups.values()) {
        for (const [integrationId, members] of group.members) {
          if (members.every((member) => member.validUntil > now)) continue;
          this.#setMembers(
            group,
            integrationId,
            members.filter((member) => member.validUntil > now),
          );
        }
      }
    }
  }

  #endpointOf(row: WebhookSecretRow, repositoryIds: Set<string> | undefined): WebhookEndpoint {
    const narrowing = new Map<WebhookHint['kind'], Set<string>>();
    for (const { kind, value } of this.#configHintsOf(row.integration_type, row.config)) {
      const values = narrowing.get(kind);
      if (values === undefined) narrowing.set(kind, new Set([value]));
      else values.add(value);
    }
    if (repositoryIds !== undefined && narrowing.has('repository')) narrowing.set('repository_id', repositoryIds);
    return { id: row.integration_id, projectId: row.project_id, type: row.integration_type, narrowing };
  }

  #addSecret(row: WebhookSecretRow, endpoint: WebhookEndpoint): void {
    this.newestSecretId = Math.max(this.newestSecretId, row.secret_id);
    let groups = this.#groups.get(endpoint.type);
    if (groups === undefined) {
      groups = new Map();
      this.#groups.set(endpoint.type, groups);
    }
    let group = groups.get(row.fingerprint);
    if (group === undefined) {
      group = {
        type: endpoint.type,
        fingerprint: row.fingerprint,
        members: new Map(),
        createdAt: 0,
        lastVerifiedAt: 0,
      };
      groups.set(row.fingerprint, group);
    }
    const validUntil = row.valid_until?.getTime() ?? Number.POSITIVE_INFINITY;
    const member: SecretMember = { secretId: row.secret_id, endpoint, validUntil, jwe: row.jwe };
    this.#setMembers(group, endpoint.id, [...(group.members.get(endpoint.id) ?? []), member]);
    group.createdAt = Math.max(group.createdAt, row.created_at.getTime());
    group.lastVerifiedAt = Math.max(group.lastVerifiedAt, row.last_verified_at?.getTime() ?? 0);
  }

  /** Returns the secrets of the integrations, in every turn one of each project. */
  *#inTurns(projects: HintedIntegrations): Iterable<SecretGroup> {
    const later: SecretGroup[][] = [];
    for (const integrations of projects.values()) {
      const [first, ...others] = this.#groupsOfProject(integrations);
      if (first !== undefined) yield first;
      if (others.length > 0) later.push(others);
    }
    yield* takingTurns(later);
  }

  #groupsOfProject(integrationIds: ReadonlySet<number>): SecretGroup[] {
    const groups = new Set<SecretGroup>();
    for (const integrationId of integrationIds) {
      for (const group of this.groupsOfIntegration(integrationId)) groups.add(group);
      if (groups.size >= HINTED_OF_PROJECT) break;
    }
    return latestFirst([...groups]);
  }

  #forget(integrationId: number): void {
    this.#hints.remove(integrationId);
    for (const group of this.groupsOfIntegration(integrationId)) this.#setMembers(group, integrationId, []);
  }

  #adoptHints(integrationId: number, hints: readonly IndexedHint[]): void {
    for (const hint of hints) this.addHint(integrationId, hint);
  }

  #setMembers(group: SecretGroup, integrationId: number, members: SecretMember[]): void {
    const own = this.#groupsOfIntegration.get(integrationId) ?? new Set<SecretGroup>();
    if (members.length > 0) {
      group.members.set(integrationId, members);
      this.#groupsOfIntegration.set(integrationId, own.add(group));
      return;
    }
    group.members.delete(integrationId);
    own.delete(group);
    if (own.size === 0) this.#groupsOfIntegration.delete(integrationId);
    if (group.members.size > 0) return;
    this.#groups.get(group.type)?.delete(group.fingerprint);
  }
}

/**
 * Returns by integration id the ids of the repositories that its configuration names. An id stays the same when the repository is
 * renamed.
 */
function configuredRepositoryIds(hints: readonly WebhookHintRow[]): Map<number, Set<string>> {
  const ids = new Map<number, Set<string>>();
  for (const { kind, value, learned, integration_id } of hints) {
    if (learned || kind !== 'repository_id') continue;
    const own = ids.get(integration_id);
    if (own === undefined) ids.set(integration_id, new Set([value]));
    else own.add(value);
  }
  return ids;
}

/** Sorts secrets so that those that verified a request or were created last come first. */
const latestFirst = (groups: SecretGroup[]): SecretGroup[] =>
  groups.sort((left, right) => activeAt(right) - activeAt(left));

const activeAt = ({ createdAt, lastVerifiedAt }: SecretGroup): number => Math.max(createdAt, lastVerifiedAt);

/** Returns the first item of each list, then the second of each, and so on. */
function* takingTurns<Item>(lists: readonly Item[][]): Iterable<Item> {
  let remaining = lists;
  for (let place = 0; remaining.length > 0; place += 1) {
    remaining = remaining.filter(({ length }) => length > place);
    for (const list of remaining) yield list[place] as Item;
  }
}
