import type { WebhookHint, WebhookManifest } from '@commandcenter/integration-kit';
import { LEARNED_HINTS_LIMIT } from '../store/learned-hints.ts';
import type { WebhookHintRow, WebhookSecretRow } from '../store/webhook-directory.ts';

/** An integration that receives webhooks. */
export interface WebhookEndpoint {
  id: number;
  type: string;
  /** What its configuration narrows it to; an absent kind narrows nothing. */
  narrowing: ReadonlyMap<WebhookHint['kind'], ReadonlySet<string>>;
}

interface DirectoryHint {
  kind: string;
  value: string;
  learned: boolean;
}

export interface SecretMember {
  secretId: number;
  endpoint: WebhookEndpoint;
  /** Encrypted. */
  jwe: string;
  /** Milliseconds since the epoch; infinite for a current secret. */
  validUntil: number;
}

/** One distinct secret of a type, and the integrations that have it. */
export interface SecretGroup {
  type: string;
  /** Keyed fingerprint, hex. */
  fingerprint: string;
  /** By integration. */
  members: Map<number, SecretMember[]>;
  lastVerifiedAt: number;
}

/** Most specific first: the order in which hinted candidates are tried. */
const HINT_KINDS: readonly WebhookHint['kind'][] = [
  'hook',
  'installation',
  'repository_id',
  'repository',
  'hook_target',
  'organization_id',
  'organization',
];

/** How many recently verified secrets are remembered per type; some more than are ever tried, because secrets go. */
const LEARNED_LIMIT = 64;

/**
 * All webhook secrets (encrypted) and hints in memory, indexed so that finding candidates costs the same with one integration as with
 * 10,000. Bounded by the tables it mirrors: about 1 KB an integration.
 */
export class SecretDirectory {
  readonly #manifestOf: (type: string) => WebhookManifest | undefined;
  readonly #groups = new Map<string, Map<string, SecretGroup>>();
  readonly #groupsOfIntegration = new Map<number, Set<SecretGroup>>();
  readonly #hints = new Map<string, Set<number>>();
  /** By key, the oldest first. */
  readonly #hintsOfIntegration = new Map<number, Map<string, DirectoryHint>>();
  readonly #learned = new Map<string, Map<string, SecretGroup>>();
  newestSecretId = 0;
  /** Counts what was read into it: who was judged by an earlier one may be judged otherwise now. */
  revision = 0;

  constructor(manifestOf: (type: string) => WebhookManifest | undefined) {
    this.#manifestOf = manifestOf;
  }

  /** Replaces everything known of `integrationIds` (those that are gone have no rows) by the rows. */
  replace(
    integrationIds: Iterable<number>,
    secrets: readonly WebhookSecretRow[],
    hints: readonly WebhookHintRow[],
  ): void {
    this.revision += 1;
    const learned = new Map([...integrationIds].map((id) => [id, this.#learnedHintsOf(id)]));
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
    for (const row of hints) this.addHint(row.integration_id, row.integration_type, row);
    for (const [id, own] of learned) this.#adoptHints(id, own);
  }

  /** How many secrets there are, the same one in two integrations counted twice. */
  get secretCount(): number {
    let count = 0;
    for (const groups of this.#groups.values()) {
      for (const group of groups.values()) for (const members of group.members.values()) count += members.length;
    }
    return count;
  }

  /** Takes over what the directory that this one replaces has learned: not all of it is in the database yet. */
  adoptLearned(previous: SecretDirectory): void {
    this.revision += previous.revision;
    for (const id of previous.#hintsOfIntegration.keys()) this.#adoptHints(id, previous.#learnedHintsOf(id));
    for (const learned of previous.#learned.values()) {
      for (const { type, fingerprint, lastVerifiedAt } of learned.values()) {
        const group = this.#groups.get(type)?.get(fingerprint);
        if (group !== undefined && group.lastVerifiedAt < lastVerifiedAt) this.verified(group, lastVerifiedAt);
      }
    }
  }

  /** Distinct secrets of a type, ended ones included until the next `dropExpired`. */
  groupsOf(type: string): ReadonlyMap<string, SecretGroup> {
    return this.#groups.get(type) ?? new Map<string, SecretGroup>();
  }

  groupsOfIntegration(integrationId: number): ReadonlySet<SecretGroup> {
    return this.#groupsOfIntegration.get(integrationId) ?? new Set<SecretGroup>();
  }

  /** Undefined when the integration has no secret. */
  typeOf(integrationId: number): string | undefined {
    for (const group of this.groupsOfIntegration(integrationId)) return group.type;
    return undefined;
  }

  /** At most `limit` groups of the integrations that the hints name, most specific hint first. */
  hinted(type: string, hints: readonly WebhookHint[], limit: number): SecretGroup[] {
    const found = new Set<SecretGroup>();
    for (const kind of HINT_KINDS) {
      for (const hint of hints) {
        if (hint.kind !== kind) continue;
        for (const integrationId of this.#hints.get(hintKey(type, hint)) ?? []) {
          for (const group of this.groupsOfIntegration(integrationId)) found.add(group);
          if (found.size >= limit) return [...found].slice(0, limit);
        }
      }
    }
    return [...found];
  }

  /** The one integration that the hints name; null where they name none or several. */
  onlyIntegration(type: string, hints: readonly WebhookHint[]): number | null {
    let only: number | null = null;
    for (const hint of hints) {
      for (const integrationId of this.#hints.get(hintKey(type, hint)) ?? []) {
        if (only !== null && only !== integrationId) return null;
        only = integrationId;
      }
    }
    return only;
  }

  /** At most `limit` groups that verified something, the latest first. */
  learned(type: string, limit: number): SecretGroup[] {
    const groups = [...(this.#learned.get(type)?.values() ?? [])];
    return groups.sort((a, b) => b.lastVerifiedAt - a.lastVerifiedAt).slice(0, limit);
  }

  /** Notes that a group verified just now. */
  verified(group: SecretGroup, at: number): void {
    group.lastVerifiedAt = at;
    let learned = this.#learned.get(group.type);
    if (learned === undefined) {
      learned = new Map();
      this.#learned.set(group.type, learned);
    }
    learned.delete(group.fingerprint);
    learned.set(group.fingerprint, group);
    if (learned.size <= LEARNED_LIMIT) return;
    for (const oldest of learned.keys()) {
      learned.delete(oldest);
      return;
    }
  }

  addHint(integrationId: number, type: string, hint: DirectoryHint): void {
    const key = hintKey(type, hint);
    const own = this.#hintsOfIntegration.get(integrationId) ?? new Map<string, DirectoryHint>();
    if (own.get(key)?.learned === false) return;
    own.set(key, hint);
    this.#hintsOfIntegration.set(integrationId, own);
    const integrations = this.#hints.get(key);
    if (integrations === undefined) this.#hints.set(key, new Set([integrationId]));
    else integrations.add(integrationId);
    if (own.size > LEARNED_HINTS_LIMIT) this.#forgetOldestLearnedHint(integrationId, own);
  }

  hasHint(integrationId: number, type: string, hint: WebhookHint): boolean {
    return this.#hintsOfIntegration.get(integrationId)?.has(hintKey(type, hint)) ?? false;
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
    for (const { kind, value } of this.#manifestOf(row.integration_type)?.configHints?.(row.config) ?? []) {
      const values = narrowing.get(kind);
      if (values === undefined) narrowing.set(kind, new Set([value]));
      else values.add(value);
    }
    if (repositoryIds !== undefined && narrowing.has('repository')) narrowing.set('repository_id', repositoryIds);
    return { id: row.integration_id, type: row.integration_type, narrowing };
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
      group = { type: endpoint.type, fingerprint: row.fingerprint, members: new Map(), lastVerifiedAt: 0 };
      groups.set(row.fingerprint, group);
    }
    const validUntil = row.valid_until?.getTime() ?? Number.POSITIVE_INFINITY;
    const member: SecretMember = { secretId: row.secret_id, endpoint, validUntil, jwe: row.jwe };
    this.#setMembers(group, endpoint.id, [...(group.members.get(endpoint.id) ?? []), member]);
    const verifiedAt = row.last_verified_at?.getTime() ?? 0;
    if (verifiedAt > group.lastVerifiedAt) this.verified(group, verifiedAt);
  }

  #forget(integrationId: number): void {
    for (const group of this.groupsOfIntegration(integrationId)) this.#setMembers(group, integrationId, []);
    for (const key of this.#hintsOfIntegration.get(integrationId)?.keys() ?? []) this.#unindexHint(integrationId, key);
    this.#hintsOfIntegration.delete(integrationId);
  }

  #forgetOldestLearnedHint(integrationId: number, own: Map<string, DirectoryHint>): void {
    for (const [key, hint] of own) {
      if (!hint.learned) continue;
      own.delete(key);
      this.#unindexHint(integrationId, key);
      return;
    }
  }

  #learnedHintsOf(integrationId: number): DirectoryHint[] {
    return [...(this.#hintsOfIntegration.get(integrationId)?.values() ?? [])].filter(({ learned }) => learned);
  }

  /** Where the integration is still there. */
  #adoptHints(integrationId: number, hints: readonly DirectoryHint[]): void {
    const type = this.typeOf(integrationId);
    if (type !== undefined) for (const hint of hints) this.addHint(integrationId, type, hint);
  }

  #unindexHint(integrationId: number, key: string): void {
    const integrations = this.#hints.get(key);
    integrations?.delete(integrationId);
    if (integrations?.size === 0) this.#hints.delete(key);
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
    this.#learned.get(group.type)?.delete(group.fingerprint);
  }
}

/** By integration: the ids of the repositories that its configuration names, which stay the same when a repository is renamed. */
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

function hintKey(type: string, hint: { kind: string; value: string }): string {
  return `${type}\n${hint.kind}\n${hint.value}`;
}
