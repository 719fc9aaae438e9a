import { ActionError } from '../action-error.ts';
import { version } from '../version.ts';

/** Problem document (RFC 9457); every field may be missing. */
interface Problem {
  code?: string;
  detail?: string;
  errors?: { pointer?: string; message?: string }[];
}

/** Input of the Action by the field that the server refused. */
const inputs: Readonly<Record<string, string>> = {
  '/project_id': 'project-id',
  '/parameters/repository_id': 'repository-id',
  '/parameters/depth': 'analysis-depth',
};

/**
 * Converts an error response to one line that says why the server refused the request and which input to change.
 *
 * @param serverVersion reads the server's version; null if it is not known
 */
export async function explainResponse(
  url: string,
  response: Response,
  body: string,
  serverVersion: () => Promise<string | null>,
): Promise<ActionError> {
  const { status } = response;
  const problem = readProblem(response, body);
  if (status === 429 || status >= 500) {
    const reason = problem?.detail === undefined ? '' : ` ${problem.detail}`;
    return new ActionError('server', `commandcenter-url: ${url} is temporarily unavailable (${status}).${reason}`);
  }
  if (problem === undefined) return notCommandCenter(url, response);
  const detail = problem.detail ?? `The server responded with ${status}.`;
  if (status === 401) {
    return input(
      `api-token: ${detail} It needs the scopes jobs:create and jobs:read, and the secret must contain the whole token.`,
    );
  }
  if (status === 403) return input(`api-token: ${detail} The scopes jobs:create and jobs:read are needed.`);
  const field = problem.errors?.find(({ pointer }) => pointer !== undefined && pointer in inputs);
  if (field !== undefined) return input(`${inputs[field.pointer ?? '']}: ${detail}`);
  const { origin, pathname } = new URL(url);
  if (problem.code === 'route.unknown' && pathname !== '/') {
    return input(`commandcenter-url: ${detail} Leave out the path: ${origin}`);
  }
  const at = problem.errors?.map(({ pointer, message }) => ` ${pointer} ${message}.`).join('') ?? '';
  if (status === 404 || status === 405 || status === 422 || status === 400) {
    const otherVersion = await serverVersion();
    const versions =
      otherVersion === null
        ? `This Action has version ${version}`
        : `The server has version ${otherVersion}, this Action ${version}`;
    return input(`commandcenter-url: ${detail}${at} ${versions}. Update the older one.`);
  }
  return new ActionError('incomplete', `${detail}${at}`);
}

const input = (message: string): ActionError => new ActionError('input', message);

export const isJson = ({ headers }: Response): boolean =>
  /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get('content-type') ?? '');

/** Explains a response that does not come from CommandCenter, such as the page of a proxy. */
export function notCommandCenter(url: string, response: Response): ActionError {
  const type = response.headers.get('content-type')?.split(';')[0] ?? 'nothing';
  return input(
    `commandcenter-url: ${url} responds with ${response.status} and ${type}, which CommandCenter does not send. A proxy, a sign-in page or another server is at this address. Set the address of CommandCenter itself.`,
  );
}

function readProblem(response: Response, body: string): Problem | undefined {
  if (!/^application\/problem\+json\b/i.test(response.headers.get('content-type') ?? '')) return undefined;
  try {
    const problem = JSON.parse(body) as Problem | null;
    return typeof problem === 'object' && problem !== null ? problem : undefined;
  } catch {
    // The caller then explains the response by its status.
    return undefined;
  }
}
