import type { ExternalItem, ExternalRepository } from '@commandcenter/integration-kit';
import type { Database } from '../../src/database/database.ts';
import type { Effect } from '../../src/sync/effect.ts';
import { createApplyChanges } from '../../src/sync/inbound/apply-changes.ts';
import type {
  ApplyChanges,
  ChangeSource,
  IncomingChange,
  SyncIntegration,
} from '../../src/sync/inbound/incoming-change.ts';
import type { LinkRow } from '../../src/sync/link/link-queries.ts';
import { getTask, type TaskObject } from '../../src/tasks/task-object-queries.ts';

export const markerKey = Buffer.alloc(32, 7);
export const repository: ExternalRepository = {
  owner: 'my-org',
  name: 'my-repo',
  externalId: '1001',
  defaultBranch: 'main',
};
export const account = { id: '42', login: 'cc-bot', type: 'user' as const };

/** Returns the time that many seconds after 2026-01-01T12:00:00Z, as GitHub writes it. */
export const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 0, 1, 12, 0, seconds)).toISOString().replace('.000', '');

/** Returns a snapshot of an open issue, with the number 1 by default. */
export function item(changes: Partial<ExternalItem> = {}): ExternalItem {
  const number = changes.number ?? 1;
  return {
    externalId: String(9000 + number),
    number,
    url: `https://github.com/my-org/my-repo/issues/${number}`,
    repository,
    title: `Issue ${number}`,
    body: 'A body.',
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    author: { id: '7', login: 'someone', type: 'user' },
    createdAt: at(0),
    updatedAt: at(0),
    ...changes,
  };
}

/** A project with one integration, and functions that apply changes to it. */
export class SyncWorld {
  readonly db: Database;
  readonly integration: SyncIntegration;
  readonly #apply: ApplyChanges;

  private constructor(db: Database, integration: SyncIntegration) {
    this.db = db;
    this.integration = integration;
    this.#apply = createApplyChanges({ markerKey });
  }

  static async create(db: Database, config: Record<string, unknown> = {}): Promise<SyncWorld> {
    const slug = `project-${crypto.randomUUID()}`;
    const project = await db
      .insertInto('projects')
      .values({ name: slug, slug })
      .returning('id')
      .executeTakeFirstOrThrow();
    return new SyncWorld(db, await addIntegration(db, project.id, config));
  }

  with(integration: SyncIntegration): SyncWorld {
    return new SyncWorld(this.db, integration);
  }

  change(change: IncomingChange['change'], source: ChangeSource = { kind: 'webhook' }): IncomingChange {
    return { integration: this.integration, change, source };
  }

  apply(...batch: IncomingChange[]): Promise<Effect[][]> {
    return this.db.transaction().execute((trx) => this.#apply(trx, batch));
  }

  /** Applies one snapshot and returns its effects. */
  async see(snapshot: ExternalItem, source?: ChangeSource): Promise<Effect[]> {
    const [effects] = await this.apply(this.change({ kind: 'item', item: snapshot }, source));
    return effects ?? [];
  }

  async tasks(): Promise<TaskObject[]> {
    const rows = await this.db
      .selectFrom('tasks')
      .select('id')
      .where('project_id', '=', this.integration.project_id)
      .where('deleted_at', 'is', null)
      .orderBy('id')
      .execute();
    return Promise.all(rows.map(async ({ id }) => (await getTask(this.db, id)) as TaskObject));
  }

  async onlyTask(): Promise<TaskObject> {
    const [task, ...others] = await this.tasks();
    if (task === undefined || others.length > 0)
      throw new Error(`${others.length + (task ? 1 : 0)} tasks where one was expected`);
    return task;
  }

  async links(): Promise<LinkRow[]> {
    return this.db
      .selectFrom('links')
      .selectAll()
      .where('project_id', '=', this.integration.project_id)
      .orderBy('id')
      .$castTo<LinkRow>()
      .execute();
  }

  intents(): Promise<{ link_id: number; kind: string }[]> {
    return this.db
      .selectFrom('outbox')
      .select(['link_id', 'kind'])
      .where('integration_id', '=', this.integration.id)
      .execute();
  }
}

export async function addIntegration(
  db: Database,
  projectId: number,
  config: Record<string, unknown> = {},
): Promise<SyncIntegration> {
  return db
    .insertInto('integrations')
    .values({
      project_id: projectId,
      name: 'GitHub: my-org',
      integration_type: 'github',
      auth_type: 'token',
      config: JSON.stringify(config),
      account: JSON.stringify(account),
      host: typeof config.api_url === 'string' ? new URL(config.api_url).host : 'api.github.com',
      status: 'active',
    })
    .returning([
      'id',
      'project_id',
      'integration_type',
      'config',
      'account',
      'enabled',
      'name',
      'host',
      'clock_offset_ms',
    ])
    .executeTakeFirstOrThrow();
}

export const person = { type: 'user' as const, id: 1, name: 'ann' };
