import {
  hubSignature256,
  type IntegrationDefinition,
  UnusablePayloadError,
  type WebhookHint,
  WebhookIntegration,
  type WebhookResult,
} from '@commandcenter/integration-kit';
import Type from 'typebox';

interface IssuePayload {
  action?: string;
  issue?: { id?: number; number?: number; title?: string; body?: string | null; updated_at?: string };
  repository?: { full_name?: string };
}

/** An integration with a small issue tracker that uses GitHub's headers. Each `issues` event contains a snapshot of its issue. */
class TrackerIntegration extends WebhookIntegration {
  async handleWebhook(eventType: string, payload: Record<string, unknown>): Promise<WebhookResult> {
    if (eventType === 'crash') throw new TypeError('the handler has a fault');
    if (eventType === 'hang') return await new Promise(() => {});
    const { action, issue, repository } = payload as IssuePayload;
    if (action === 'pinned') return { status: 'ignored', reason: 'Pins are not followed.' };
    const [owner, name] = repository?.full_name?.split('/') ?? [];
    if (issue?.id === undefined || issue.number === undefined || owner === undefined || name === undefined) {
      throw new UnusablePayloadError('The payload has no issue or no repository.');
    }
    this.context.emit({
      kind: 'item',
      item: {
        externalId: String(issue.id),
        number: issue.number,
        url: `https://tracker.example/${owner}/${name}/issues/${issue.number}`,
        repository: { owner, name },
        title: issue.title ?? '',
        body: issue.body ?? '',
        state: 'open',
        stateReason: null,
        labels: [],
        assignees: [],
        author: null,
        createdAt: '2026-01-01T00:00:00Z',
        updatedAt: issue.updated_at ?? '2026-01-01T00:00:00Z',
      },
    });
    return { status: 'processed' };
  }
}

function hints(headers: Record<string, string | undefined>, payload: unknown): WebhookHint[] {
  const found: WebhookHint[] = [];
  const hook = headers['x-github-hook-id'];
  if (hook !== undefined) found.push({ kind: 'hook', value: hook });
  const { repository, installation } = (payload ?? {}) as {
    repository?: { id?: unknown; full_name?: unknown };
    installation?: { id?: unknown };
  };
  if (typeof repository?.id === 'number') found.push({ kind: 'repository_id', value: String(repository.id) });
  if (typeof repository?.full_name === 'string') {
    found.push({ kind: 'repository', value: repository.full_name.toLowerCase() });
  }
  if (typeof installation?.id === 'number') found.push({ kind: 'installation', value: String(installation.id) });
  return found;
}

function configHints(config: Record<string, unknown>): WebhookHint[] {
  const repositories = Array.isArray(config.repositories) ? config.repositories.map(String) : [];
  const found: WebhookHint[] = repositories.map((value) => ({ kind: 'repository', value: value.toLowerCase() }));
  if (config.installation_id !== undefined) found.push({ kind: 'installation', value: String(config.installation_id) });
  return found;
}

export const trackerDefinition: IntegrationDefinition = {
  manifest: {
    type: 'tracker',
    title: 'Tracker',
    description: 'For tests.',
    authTypes: { token: { credentials: [], required: [] } },
    configSchema: Type.Object({}),
    webhook: {
      signature: hubSignature256,
      eventHeader: 'x-github-event',
      deliveryHeader: 'x-github-delivery',
      pingEvent: 'ping',
      events: ['issues', 'installation', 'crash', 'hang'],
      formField: 'payload',
      hints,
      configHints,
      unnarrowedEvents: ['installation'],
    },
  },
  create: (context) => new TrackerIntegration(context),
};
