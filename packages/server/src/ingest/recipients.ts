import type { WebhookHint } from '@commandcenter/integration-kit';
import type { SecretGroup, SecretMember } from './secret-directory.ts';

export interface Recipient {
  integrationId: number;
  secretId: number;
}

export type Recipients =
  | { kind: 'deliver'; to: Recipient[] }
  /** Verified, but every integration with this secret is narrowed to something else. `to` keeps the record of it. */
  | { kind: 'narrowed_to_none'; to: Recipient; reason: string };

/** Which kinds of hint a configuration narrows by, and how people call them. */
const NARROWING: readonly { kind: WebhookHint['kind']; noun: string; config: string }[] = [
  { kind: 'installation', noun: 'installation', config: 'config.installation_id' },
  { kind: 'repository', noun: 'repository', config: 'config.repositories' },
];

/** The integrations that a verified event is for: those with the secret, narrowed by installation and repositories. */
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
  for (const { kind, noun, config } of NARROWING) {
    const wanted = endpoint.narrowing.get(kind);
    if (wanted === undefined) continue;
    const said = hints.filter((hint) => hint.kind === kind);
    const [named] = said;
    if (named === undefined || said.some((hint) => wanted.has(hint.value))) continue;
    return `The event is of ${noun} ${named.value.slice(0, 200)}, which ${config} of integration ${endpoint.id} does not name.`;
  }
  return undefined;
}

function recipientOf({ endpoint, secretId }: SecretMember): Recipient {
  return { integrationId: endpoint.id, secretId };
}
