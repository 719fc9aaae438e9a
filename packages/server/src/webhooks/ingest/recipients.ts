import type { WebhookHint, WebhookManifest } from '@commandcenter/integration-kit';
import type { SecretGroup, SecretMember } from './secret-directory.ts';

export interface Recipient {
  integrationId: number;
  secretId: number;
}

export type Recipients =
  | { kind: 'deliver'; to: Recipient[] }
  /**
   * The webhook request was verified, but every integration with its secret excludes it by its configuration. It is stored as ignored for
   * the integration `to`.
   */
  | { kind: 'narrowed_to_none'; to: Recipient; reason: string };

/**
 * A kind of webhook hint (such as the repository) by which an integration's configuration can exclude events, with words for the reason
 * that is shown.
 */
interface Narrowing {
  kind: WebhookHint['kind'];
  /** Another kind of webhook hint that identifies the same thing, so that a renamed repository is still recognized by its id. */
  alias?: WebhookHint['kind'];
  noun: string;
  config: string;
}

const NARROWING: readonly Narrowing[] = [
  { kind: 'installation', noun: 'installation', config: 'config.installation_id' },
  { kind: 'repository', alias: 'repository_id', noun: 'repository', config: 'config.repositories' },
];

/**
 * Removes the hint of the installation from an event that every integration with the secret receives, so that it neither excludes an
 * integration nor is learned.
 */
export function narrowingHints(
  { unnarrowedEvents = [] }: Pick<WebhookManifest, 'unnarrowedEvents'>,
  event: string | undefined,
  hints: WebhookHint[],
): WebhookHint[] {
  if (event === undefined || !unnarrowedEvents.includes(event)) return hints;
  return hints.filter(({ kind }) => kind !== 'installation');
}

/**
 * Returns the integrations that receive a verified event: those with the secret whose configuration does not exclude its installation or
 * repository. Returns undefined if none has the secret any more.
 */
export function recipientsOf(
  group: SecretGroup,
  hints: readonly WebhookHint[],
  now: number,
  onlyIntegration: number | undefined,
): Recipients | undefined {
  const valid = validMembers(group, now, onlyIntegration);
  const [first] = valid;
  if (first === undefined) return undefined;
  const exclusions = valid.map((member) => exclusionOf(member, hints));
  const to = valid.filter((_, index) => exclusions[index] === undefined).map(recipientOf);
  if (to.length > 0) return { kind: 'deliver', to };
  const others = valid.length > 1 ? ` The same holds for ${valid.length - 1} more with this secret.` : '';
  return { kind: 'narrowed_to_none', to: recipientOf(first), reason: `${exclusions[0] ?? ''}${others}` };
}

function validMembers(group: SecretGroup, now: number, onlyIntegration: number | undefined): SecretMember[] {
  const candidates =
    onlyIntegration === undefined ? [...group.members.values()] : [group.members.get(onlyIntegration) ?? []];
  return candidates.flatMap((members) => members.find((member) => member.validUntil > now) ?? []);
}

function exclusionOf({ endpoint }: SecretMember, hints: readonly WebhookHint[]): string | undefined {
  if (endpoint.narrowing.size === 0) return undefined;
  for (const { kind, alias, noun, config } of NARROWING) {
    if (!endpoint.narrowing.has(kind)) continue;
    const named = hints.find((hint) => hint.kind === kind);
    if (named === undefined) continue;
    const isWanted = (hint: WebhookHint): boolean =>
      (hint.kind === kind || hint.kind === alias) && endpoint.narrowing.get(hint.kind)?.has(hint.value) === true;
    if (hints.some(isWanted)) continue;
    return `The event is of ${noun} ${named.value.slice(0, 200)}, which ${config} of integration ${endpoint.id} does not name.`;
  }
  return undefined;
}

function recipientOf({ endpoint, secretId }: SecretMember): Recipient {
  return { integrationId: endpoint.id, secretId };
}
