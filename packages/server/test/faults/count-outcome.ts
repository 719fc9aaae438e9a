import type pg from 'pg';
import { isStored, type SentDelivery } from './honest-sender.ts';
import { TITLE } from './issue-deliveries.ts';
import { IMPORTED_ISSUES, IMPORTED_TITLE } from './system.ts';

/** The mistakes that were found, as sentences. Each names one delivery, issue or task. */
export interface Outcome {
  lost: string[];
  doubled: string[];
}

/** Compares the acknowledged deliveries with the rows of the database, when everything has been processed. */
export async function countOutcome(client: pg.Client, sent: readonly SentDelivery[]): Promise<Outcome> {
  const lost: string[] = [];
  const doubled: string[] = [];

  const { rows: deliveries } = await client.query<{ guid: string; statuses: string[] }>(
    `select delivery_guid as guid, array_agg(status) as statuses from deliveries where delivery_guid = any($1) group by 1`,
    [sent.map(({ guid }) => guid)],
  );
  const statusesOf = new Map(deliveries.map(({ guid, statuses }) => [guid, statuses]));
  /** The newest acknowledged version of each issue. */
  const newest = new Map<number, number>();
  for (const delivery of sent) {
    const { guid, issue, version } = delivery;
    const statuses = statusesOf.get(guid) ?? [];
    if (statuses.length > 1) doubled.push(`delivery ${guid} has ${statuses.length} rows`);
    if (!isStored(delivery)) continue;
    newest.set(issue, Math.max(newest.get(issue) ?? 0, version));
    if (statuses.length === 0) lost.push(`delivery ${guid} of issue ${issue} has no row`);
    else if (statuses[0] !== 'processed') lost.push(`delivery ${guid} of issue ${issue} is ${statuses[0]}`);
  }

  const { rows: tasks } = await client.query<{ title: string; changes: string[] }>(
    `select title, (select coalesce(array_agg(entry->>'to'), '{}') from task_history h, jsonb_array_elements(h.changes) entry
                    where h.task_id = tasks.id and entry->>'field' = 'title') as changes
     from tasks where title like 'Issue %, version %'`,
  );
  const byIssue = Map.groupBy(tasks, ({ title }) => Number(TITLE.exec(title)?.[1]));
  for (const [issue, { length }] of byIssue) if (length > 1) doubled.push(`issue ${issue} has ${length} tasks`);
  for (const { title, changes } of tasks) {
    if (new Set(changes).size < changes.length) doubled.push(`the history of the task of ${title} repeats itself`);
  }
  for (const [issue, version] of newest) {
    const title = byIssue.get(issue)?.[0]?.title ?? 'none';
    if (Number(TITLE.exec(title)?.[2] ?? 0) < version) lost.push(`issue ${issue}: version ${version}, task: ${title}`);
  }
  return { lost, doubled };
}

/** Compares the tasks of the import that ran during the fault with the issues that it had to import. */
export async function countImported(client: pg.Client): Promise<Outcome> {
  const { rows } = await client.query<{ tasks: number }>(
    `select count(*)::int as tasks from tasks where title like '${IMPORTED_TITLE} %'`,
  );
  const tasks = rows[0]?.tasks ?? 0;
  const sentence = `${IMPORTED_ISSUES} issues were imported as ${tasks} tasks`;
  return { lost: tasks < IMPORTED_ISSUES ? [sentence] : [], doubled: tasks > IMPORTED_ISSUES ? [sentence] : [] };
}
