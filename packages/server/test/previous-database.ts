import type pg from 'pg';
import { pino } from 'pino';
import { migrate, readMigrations } from '../src/database/migrate.ts';
import { createTestDatabase, type TestDatabase } from './harness/test-database.ts';

/** Number of the newest migration of the previous version, the one without the sync core. */
const LAST_PREVIOUS_MIGRATION = 3;

const log = pino({ level: 'silent' });

export type Row = Record<string, unknown>;

/** The shared fields as the previous version stored them in `outbox.sent` and, with `priorityLabels`, in `links.base`. */
export interface PreviousFields {
  title: string;
  description: string;
  status: 'open' | 'done' | 'cancelled';
  priority: 'high' | 'medium' | 'low';
  labels: string[];
  assignees: string[];
  priorityLabels?: string[];
}

export const fields = (changes: Partial<PreviousFields> = {}): PreviousFields => ({
  title: 'A title',
  description: 'A description.',
  status: 'open',
  priority: 'medium',
  labels: [],
  assignees: [],
  ...changes,
});

/** Returns the fields of an issue as `links.base` stores them: the newest state that the task has taken over from the issue. */
export const base = (changes: Partial<PreviousFields> = {}): PreviousFields => ({
  ...fields(changes),
  priorityLabels: changes.priorityLabels ?? [],
});

/** Returns the values of a row in `tasks` whose task has the given fields. */
export const taskOf = ({ title, description, status, priority, labels, assignees }: PreviousFields): Row => ({
  title,
  description,
  status: status === 'open' ? 'todo' : status,
  priority,
  labels,
  assignees,
});

/**
 * A database with the schema of the previous version, filled with the rows that its code wrote. `upgrade` applies the migrations of this
 * version.
 */
export class PreviousDatabase {
  readonly database: TestDatabase;
  readonly client: pg.Client;

  private constructor(database: TestDatabase, client: pg.Client) {
    this.database = database;
    this.client = client;
  }

  static async create(): Promise<PreviousDatabase> {
    const database = await createTestDatabase({ template: 'template0' });
    const client = await database.openClient('test');
    const migrations = await readMigrations();
    await migrate(
      client,
      migrations.filter(({ number }) => number <= LAST_PREVIOUS_MIGRATION),
      log,
    );
    return new PreviousDatabase(database, client);
  }

  /** Applies the migrations of this version, and returns the names of those that were applied. */
  async upgrade(): Promise<string[]> {
    return migrate(this.client, await readMigrations(), log);
  }

  async destroy(): Promise<void> {
    await this.client.end();
    await this.database.destroy();
  }

  async rows<T extends Row = Row>(statement: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.client.query<T>(statement, parameters)).rows;
  }

  /** Returns the only row of the result. Throws if there is none or more than one. */
  async row<T extends Row = Row>(statement: string, parameters: unknown[] = []): Promise<T> {
    const [row, ...others] = await this.rows<T>(statement, parameters);
    if (row === undefined || others.length > 0) throw new Error(`not one row: ${statement}`);
    return row;
  }

  link(id: number): Promise<Row> {
    return this.row('select * from links where id = $1', [id]);
  }

  /** Returns every row of a table as JSON text, without the given columns. Rows with equal texts are equal in every byte. */
  async contentsOf(table: string, without: readonly string[] = []): Promise<string[]> {
    const rows = await this.rows<{ row: string }>(
      `select (to_jsonb(t) - $1::text[])::text as row from ${table} t order by 1`,
      [without],
    );
    return rows.map(({ row }) => row);
  }

  /** Inserts a row and returns its id, or 0 if the table has no ids. */
  async insert(table: string, values: Row): Promise<number> {
    const columns = Object.keys(values).join(', ');
    const { rows } = await this.client.query<{ id?: number }>(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_record(null::${table}, $1) returning *`,
      [JSON.stringify(values)],
    );
    return Number(rows[0]?.id ?? 0);
  }

  async addProject(slug = 'project'): Promise<number> {
    return this.insert('projects', { name: slug, slug });
  }

  async addIntegration(project_id: number, values: Row = {}): Promise<number> {
    return this.insert('integrations', {
      project_id,
      name: 'GitHub: my-org',
      integration_type: 'github',
      auth_type: 'token',
      config: {},
      status: 'active',
      account: { id: '42', login: 'cc-bot', type: 'user' },
      ...values,
    });
  }

  /** Adds an integration and deletes it again. Returns its id, for links that a deleted integration left behind. */
  async addDeletedIntegration(project_id: number): Promise<number> {
    const id = await this.addIntegration(project_id);
    await this.client.query('delete from integrations where id = $1', [id]);
    return id;
  }

  async addRepository(project_id: number, integration_id: number | null, values: Row = {}): Promise<number> {
    return this.insert('repositories', {
      project_id,
      integration_id,
      owner: 'my-org',
      name: 'my-repo',
      external_id: '1001',
      default_branch: 'main',
      ...values,
    });
  }

  async addPoll(integration_id: number, repository_id: number, values: Row = {}): Promise<void> {
    const since = '2026-01-01T00:00:00Z';
    await this.insert('repository_polls', { integration_id, repository_id, next_poll_at: since, since, ...values });
  }

  async addTask(project_id: number, values: Row = {}): Promise<number> {
    const id = await this.insert('tasks', { project_id, title: 'A title', description: 'A description.', ...values });
    await this.insert('task_history', {
      task_id: id,
      version: 1,
      at: '2026-01-01T12:00:00.123456Z',
      actor: { type: 'user', id: 1, name: 'ann' },
      changes: [{ field: 'created' }],
    });
    return id;
  }

  /**
   * Inserts the row in `links` that connects a task with an issue. By default the link is in sync, so the task and the issue have equal
   * fields.
   */
  async addLink(task_id: number | null, repository_id: number, integration_id: number, values: Row): Promise<number> {
    const repository = await this.row('select * from repositories where id = $1', [repository_id]);
    const { number = 1 } = values;
    return this.insert('links', {
      project_id: repository.project_id,
      task_id,
      repository_id,
      integration_id,
      integration_type: 'github',
      external_id: `900${number}`,
      number,
      url: `https://github.com/${repository.owner}/${repository.name}/issues/${number}`,
      state: 'open',
      sync_state: 'in_sync',
      base: base(),
      remote_version: '2026-01-01T12:00:00Z',
      last_synced_at: '2026-01-01T12:00:01Z',
      ...values,
    });
  }

  /** Inserts the row in `links` of a task whose issue has not been created at GitHub yet. */
  async addUncreatedLink(
    task_id: number | null,
    repository_id: number,
    integration_id: number,
    values: Row = {},
  ): Promise<number> {
    return this.addLink(task_id, repository_id, integration_id, {
      external_id: null,
      number: null,
      url: null,
      state: null,
      sync_state: 'pending',
      base: null,
      remote_version: null,
      last_synced_at: null,
      ...values,
    });
  }

  async addIntent(link_id: number, values: Row = {}): Promise<number> {
    const { integration_id, external_id } = await this.link(link_id);
    const kind = external_id === null ? 'create' : 'update';
    return this.insert('outbox', { link_id, integration_id, kind, ...values });
  }
}
