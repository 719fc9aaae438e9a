import type { WebhookHint } from '@commandcenter/integration-kit';
import type { SecretDirectory, SecretGroup } from './secret-directory.ts';

/** The most secrets that are tried on one request. */
export const CANDIDATE_LIMIT = 16;

export interface Candidates {
  groups: Iterable<SecretGroup>;
  /** Whether more secrets of the type exist than were chosen: a refusal then names the integration's own URL. */
  narrowed: boolean;
}

/** The secrets to try on the shared URL of a type. `hints` is called only where there are too many to try all. */
export function sharedUrlCandidates(directory: SecretDirectory, type: string, hints: () => WebhookHint[]): Candidates {
  const all = directory.groupsOf(type);
  if (all.size <= CANDIDATE_LIMIT) return { groups: all.values(), narrowed: false };
  const hinted = directory.hinted(type, hints(), CANDIDATE_LIMIT);
  return { groups: hinted.length > 0 ? hinted : directory.learned(type, CANDIDATE_LIMIT), narrowed: true };
}
