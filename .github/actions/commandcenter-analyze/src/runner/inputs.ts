import type { Schemas } from '@commandcenter/client';
import { ActionError } from '../action-error.ts';

export type Depth = NonNullable<Schemas['JobInput']['parameters']['depth']>;

/** The input that decides if the report is linked with an address that works without a token. */
export type ReportLink = NonNullable<Schemas['JobInput']['parameters']['report_link']>;

/** The kind of analysis result that makes the step fail. */
export type FailOn = 'nothing' | 'critical' | 'gate';

export interface Inputs {
  /** Address of the CommandCenter server without a trailing slash. */
  url: string;
  /** Token for the server; null to use an id token from GitHub's OIDC instead. */
  apiToken: string | null;
  projectId: number;
  repositoryId: number | null;
  depth: Depth;
  postComment: boolean;
  failOn: FailOn;
  reportLink: ReportLink;
  githubToken: string | null;
  timeoutMs: number;
}

const defaultMinutes: Readonly<Record<Depth, number>> = { quick: 10, standard: 20, comprehensive: 60 };
/** Largest time limit in minutes, because GitHub ends every job after six hours. */
const MAX_MINUTES = 360;

/** Returns an input as the runner passes it, without surrounding white space. */
export const inputOf = (env: NodeJS.ProcessEnv, name: string): string =>
  (env[`INPUT_${name.toUpperCase()}`] ?? '').trim();

/** Reads and checks all inputs. Throws `ActionError` for the first invalid one. */
export function readInputs(env: NodeJS.ProcessEnv, canUseOidc: boolean): Inputs {
  const text = (name: string): string => inputOf(env, name);
  const url = readUrl(text('commandcenter-url'));
  const apiToken = text('api-token');
  if (apiToken === '' && !canUseOidc) {
    throw inputError(
      'api-token',
      "is empty. Set it to a token with the scopes jobs:create and jobs:read, or identify by GitHub's OIDC with `permissions: id-token: write`",
    );
  }
  if (/\s/.test(apiToken)) throw inputError('api-token', 'contains white space. Store only the token in the secret');
  const depth = readDepth(text('analysis-depth'));
  return {
    url,
    apiToken: apiToken === '' ? null : apiToken,
    projectId: readId('project-id', text('project-id')),
    repositoryId: text('repository-id') === '' ? null : readId('repository-id', text('repository-id')),
    depth,
    postComment: readSwitch('post-comment', text('post-comment'), true),
    failOn: readFailOn(text('fail-on-errors')),
    reportLink: readReportLink(text('report-link')),
    githubToken: text('github-token') === '' ? null : text('github-token'),
    timeoutMs: readMinutes(text('timeout-minutes'), defaultMinutes[depth]) * 60_000,
  };
}

const inputError = (name: string, problem: string): ActionError => new ActionError('input', `${name} ${problem}.`);

/** Returns the address in the input. An error message does not contain the value, because it may be a token in the wrong input. */
function readUrl(text: string): string {
  const name = 'commandcenter-url';
  if (text === '')
    throw inputError(
      name,
      'is empty. Set it to the address of your CommandCenter, for example https://commandcenter.example.org',
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw inputError(
      name,
      'is not an address that starts with https://, for example https://commandcenter.example.org',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw inputError(name, 'contains a user name or password. Remove it, because api-token identifies the workflow');
  }
  if (url.search !== '' || url.hash !== '') throw inputError(name, `has a query or a fragment. Use ${url.origin}`);
  // People copy the address of the API or its documentation, so remove these paths.
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/(?:api(?:\/v\d+)?|docs)$/, '');
}

function readId(name: string, text: string): number {
  if (text === '') throw inputError(name, 'is empty. Set it to the number that CommandCenter shows, for example 1');
  const id = Number(text);
  if (/^\d{1,10}$/.test(text) && id >= 1 && id <= 2_147_483_647) return id;
  throw inputError(name, 'is not a number, for example 1');
}

function readDepth(text: string): Depth {
  if (text === '') return 'standard';
  if (text === 'quick' || text === 'standard' || text === 'comprehensive') return text;
  throw inputError('analysis-depth', `is ${JSON.stringify(text.slice(0, 50))}. Use quick, standard or comprehensive`);
}

/** Reads an input that is a boolean of YAML: https://yaml.org/spec/1.2.2/#10212-boolean */
function readSwitch(name: string, text: string, fallback: boolean): boolean {
  if (text === '') return fallback;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  throw inputError(name, `is ${JSON.stringify(text.slice(0, 50))}. Use 'true' or 'false'`);
}

function readFailOn(text: string): FailOn {
  if (text === 'gate') return 'gate';
  try {
    return readSwitch('fail-on-errors', text, false) ? 'critical' : 'nothing';
  } catch {
    throw inputError('fail-on-errors', `is ${JSON.stringify(text.slice(0, 50))}. Use 'true', 'false' or 'gate'`);
  }
}

function readReportLink(text: string): ReportLink {
  if (text === '') return 'auto';
  if (text === 'auto' || text === 'always' || text === 'never') return text;
  throw inputError('report-link', `is ${JSON.stringify(text.slice(0, 50))}. Use auto, always or never`);
}

function readMinutes(text: string, fallback: number): number {
  if (text === '') return fallback;
  const minutes = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && minutes > 0 && minutes <= MAX_MINUTES) return minutes;
  throw inputError(
    'timeout-minutes',
    `is ${JSON.stringify(text.slice(0, 50))}. Use a number of minutes up to ${MAX_MINUTES}`,
  );
}
