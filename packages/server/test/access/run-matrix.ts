import { type DatabaseRows, differentRows, readDatabaseRows } from '../harness/database-rows.ts';
import { saveDatabase } from '../harness/saved-database.ts';
import { accessRules } from './access-rules.ts';
import type { AccessWorld } from './access-world.ts';
import type { Credential } from './credentials.ts';
import { type Expected, expectedAccess } from './expected-access.ts';
import { buildRequest, prepareRequest } from './requests.ts';
import { type MatrixResponse, sendRequest } from './send-request.ts';

export interface MatrixCell {
  row: string;
  method: string;
  credential: Credential;
  expected: Expected;
}

const CONCURRENCY = 8;

/** Returns every rule of the table combined with every credential. Rules of GET are repeated for HEAD if the server has that route. */
export function matrixCells(credentials: readonly Credential[], served: ReadonlySet<string>): MatrixCell[] {
  return Object.entries(accessRules).flatMap(([row, rule]) => {
    const [method = ''] = row.split(' ');
    const hasHead = method === 'GET' && served.has(routeOf(row).replace('GET', 'HEAD'));
    return (hasHead ? ['GET', 'HEAD'] : [method]).flatMap((name) =>
      credentials.map((credential) => ({ row, method: name, credential, expected: expectedAccess(rule, credential) })),
    );
  });
}

/** Returns the method and path of a rule's key, without the name of the variant in brackets. */
export const routeOf = (row: string): string => row.replace(/ \[.*\]$/, '');

/**
 * Sends first the requests that must be refused and must change nothing, then those that must be admitted, each of them to the same state
 * of the database. Returns a sentence for each unexpected result.
 */
export async function runMatrix(world: AccessWorld, cells: readonly MatrixCell[]): Promise<string[]> {
  const faults: string[] = [];
  const refused = cells.filter(({ expected }) => expected !== 'let in');
  const reads = cells.filter(({ expected, method }) => expected === 'let in' && isRead(method));
  const writes = cells.filter(({ expected, method }) => expected === 'let in' && !isRead(method));
  const saved = await saveDatabase(world.server.db);
  const before = await stateOf(world);
  for (const credential of new Set(cells.map((cell) => cell.credential))) {
    await atOnce(
      refused.filter((cell) => cell.credential === credential),
      async (cell) => {
        faults.push(...refusalFaults(world, cell, await send(world, cell)));
      },
    );
    const changes = differentRows(before, await stateOf(world));
    if (changes.length === 0) continue;
    faults.push(
      `requests with ${credential.name} that were to be refused changed rows:\n    ${changes.join('\n    ')}`,
    );
    await saved.restore();
  }
  await atOnce(reads, async (cell) => {
    faults.push(...successFaults(world, cell, await send(world, cell)));
  });
  for (const cell of writes) {
    await prepareRequest(cell.row, world.server.db, world.project.ids);
    faults.push(...successFaults(world, cell, await send(world, cell)));
    await saved.restore();
  }
  return faults;
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

async function atOnce<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const workOn = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, workOn));
}

/**
 * Returns all rows that a refused request must not change. Refused webhooks are left out, because the server records them as rejected
 * deliveries.
 */
async function stateOf({ server }: AccessWorld): Promise<DatabaseRows> {
  const rows = await readDatabaseRows(server.db);
  const deliveries = (rows.get('deliveries') ?? []).filter((row) => !row.includes(',rejected,'));
  return new Map([...rows, ['deliveries', deliveries]]);
}

async function send(world: AccessWorld, { row, method, credential }: MatrixCell): Promise<MatrixResponse> {
  return sendRequest(world.server, { ...(await buildRequest(row, world.project)), method }, credential);
}

const named = ({ row, method, credential }: MatrixCell): string =>
  `${row.replace(/^\w+/, method)} with ${credential.name}`;

function refusalFaults(world: AccessWorld, cell: MatrixCell, { status, text, body }: MatrixResponse): string[] {
  const { expected, row, credential } = cell;
  const shown = `${named(cell)}: expected ${expected}, received ${status} ${body.slice(0, 300)}`;
  if (status !== expected) return [shown];
  const faults = text.includes(world.project.canary) ? [`${named(cell)} shows data of the project: ${body}`] : [];
  if (body === '') return faults;
  const { code, required_scope } = JSON.parse(body) as { code?: string; required_scope?: string };
  // A refusal must name the missing scope, so that a person can fix the token.
  const { needs } = accessRules[row] ?? { needs: [] };
  const missing = typeof needs === 'string' ? [] : needs.filter((scope) => !credential.scopes.includes(scope));
  const isScopeMissing = expected === 403 && credential.state === 'valid' && missing.length > 0;
  if (isScopeMissing && (code !== 'token.scope_missing' || !missing.some((scope) => scope === required_scope))) {
    faults.push(`${shown} does not name the missing scope`);
  }
  return faults;
}

function successFaults(world: AccessWorld, cell: MatrixCell, { status, text, body }: MatrixResponse): string[] {
  const { row, credential } = cell;
  if (status < 200 || status > 299) return [`${named(cell)}: expected to be let in, received ${status} ${body}`];
  const { canary, repositoryCanary } = world.project;
  const seesProject = credential.reachesProject || accessRules[row]?.needs === 'anybody' || credential.link === 'own';
  if (!seesProject && text.includes(canary)) return [`${named(cell)} shows data of the project: ${body}`];
  const ownsTokens = credential.ownsTokens || row !== 'GET /api/v1/tokens';
  if (!ownsTokens && text.includes(canary)) return [`${named(cell)} shows tokens of the owner: ${body}`];
  const seesRepository = credential.repository !== 'other';
  return !seesRepository && text.includes(repositoryCanary)
    ? [`${named(cell)} shows data of another repository: ${body}`]
    : [];
}
