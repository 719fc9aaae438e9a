import type { ExternalRepository, RepositoryRef } from '@commandcenter/integration-kit';
import type { RepositoryFacts } from '../../integrations/repositories/plan-repository-changes.ts';
import { canonicalText } from '../../tasks/canonical-text.ts';
import type { SyncIntegration } from '../inbound/incoming-change.ts';

export const canonicalRepository = (repository: ExternalRepository): ExternalRepository => ({
  owner: canonicalText(repository.owner),
  name: canonicalText(repository.name),
  ...(repository.externalId !== undefined && { externalId: canonicalText(repository.externalId) }),
  ...(repository.handle !== undefined && { handle: canonicalText(repository.handle) }),
  ...(repository.defaultBranch !== undefined && { defaultBranch: canonicalText(repository.defaultBranch) }),
  ...(repository.cloneUrl !== undefined && { cloneUrl: canonicalText(repository.cloneUrl) }),
});

/** Returns the facts about a repository that an integration has seen at the provider just now. */
export const factsSeenNow = (
  integration: SyncIntegration,
  repository: ExternalRepository | RepositoryRef,
  now: Date,
): RepositoryFacts => ({
  ...canonicalRepository(repository),
  project_id: integration.project_id,
  integration_id: integration.id,
  host: integration.host,
  seen_at: new Date(now.getTime() + integration.clock_offset_ms).toISOString(),
  late: false,
});
