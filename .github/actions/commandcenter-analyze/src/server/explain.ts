import { ActionError } from '../action-error.ts';
import { version } from '../version.ts';

/** RFC 9457, as far as it is there. */
interface Problem {
  code?: string;
  detail?: string;
  errors?: { pointer?: string; message?: string }[];
}

/** By the field that the server refuses, the input it comes from. */
const inputs: Readonly<Record<string, string>> = {
  '/project_id': 'project-id',
  '/parameters/repository_id': 'repository-id',
  '/parameters/depth': 'analysis-depth',
};

/**
 * The one line that says why the server did not do it, and which input mends it.
 *
 * @param serverVersion asks the server for it; null: it does not say
 */
export async function explain(
  url: string,
  response: Response,
  body: string,
  serverVersion: () => Promise<string | null>,
): Promise<ActionError> {
  const { status } = response;
  const problem = readProblem(response, body);
  if (status === 429 || status >= 500) {
    const why = problem?.detail === undefined ? '' : ` ${problem.detail}`;
    return new ActionError('server', `commandcenter-url: ${url} cannot do it now (${status}).${why}`);
  }
  if (problem === undefined) return notCommandCenter(url, response);
  const detail = problem.detail ?? `The server answers ${status}.`;
  if (status === 401) {
    return input(`api-token: ${detail} It needs the scopes jobs:create and jobs:read, and goes into the secret whole.`);
  }
  if (status === 403) return input(`api-token: ${detail} The scopes jobs:create and jobs:read are needed.`);
  const field = problem.errors?.find(({ pointer }) => pointer !== undefined && pointer in inputs);
  if (field !== undefined) return input(`${inputs[field.pointer ?? '']}: ${detail}`);
  const { origin, pathname } = new URL(url);
  if (problem.code === 'route.unknown' && pathname !== '/') {
    return input(`commandcenter-url: ${detail} Leave the path out: ${origin}`);
  }
  const at = problem.errors?.map(({ pointer, message }) => ` ${pointer} ${message}.`).join('') ?? '';
  if (status === 404 || status === 405 || status === 422 || status === 400) {
    const known = await serverVersion();
    const versions =
      known === null ? `This Action is version ${version}` : `The server is version ${known}, this Action ${version}`;
    return input(`commandcenter-url: ${detail}${at} ${versions}: update the older of the two.`);
  }
  return new ActionError('incomplete', `${detail}${at}`);
}

const input = (message: string): ActionError => new ActionError('input', message);

export const isJson = ({ headers }: Response): boolean =>
  /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get('content-type') ?? '');

/** A page of a proxy, or some other server. */
export function notCommandCenter(url: string, response: Response): ActionError {
  const type = response.headers.get('content-type')?.split(';')[0] ?? 'nothing';
  return input(
    `commandcenter-url: ${url} answers ${response.status} with ${type}, and not as CommandCenter does. Set it to the address of CommandCenter itself: a proxy, a sign-in page or another server stands there.`,
  );
}

function readProblem(response: Response, body: string): Problem | undefined {
  if (!/^application\/problem\+json\b/i.test(response.headers.get('content-type') ?? '')) return undefined;
  try {
    const problem = JSON.parse(body) as Problem | null;
    return typeof problem === 'object' && problem !== null ? problem : undefined;
  } catch {
    return undefined;
  }
}
