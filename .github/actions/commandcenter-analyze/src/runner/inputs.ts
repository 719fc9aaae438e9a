import type { Schemas } from '@commandcenter/client';
import { ActionError } from '../action-error.ts';

export type Depth = NonNullable<Schemas['JobInput']['parameters']['depth']>;

/** Whether the report is shown with a link that opens it without a token. */
export type ReportLink = NonNullable<Schemas['JobInput']['parameters']['report_link']>;

/** What fails the step, besides what is wrong with it. */
export type FailOn = 'nothing' | 'critical' | 'gate';

export interface Inputs {
  /** Of the server, without a slash at the end. */
  url: string;
  /** Null: GitHub's OIDC says who asks. */
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
/** A job at GitHub ends by then. */
const MOST_MINUTES = 360;

/** As the runner hands an input over; blanks around it are none of its own. */
export const inputOf = (env: NodeJS.ProcessEnv, name: string): string =>
  (env[`INPUT_${name.toUpperCase()}`] ?? '').trim();

/** Checks every input. Throws an `ActionError` of one line for the first wrong one. */
export function readInputs(env: NodeJS.ProcessEnv, canUseOidc: boolean): Inputs {
  const text = (name: string): string => inputOf(env, name);
  const url = readUrl(text('commandcenter-url'));
  const apiToken = text('api-token');
  if (apiToken === '' && !canUseOidc) {
    throw wrong(
      'api-token',
      "is empty. Give it a token with the scopes jobs:create and jobs:read from a secret, or let GitHub's OIDC say who asks: `permissions: id-token: write`",
    );
  }
  if (/\s/.test(apiToken))
    throw wrong('api-token', 'has a space or a line break in it. Paste the token alone into the secret');
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

const wrong = (name: string, fault: string): ActionError => new ActionError('input', `${name} ${fault}.`);

/** The value is not shown: it may be a token that stands in the wrong place. */
function readUrl(text: string): string {
  const name = 'commandcenter-url';
  if (text === '')
    throw wrong(
      name,
      'is empty. Set it to the address of your CommandCenter, for example https://commandcenter.example.org',
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw wrong(name, 'is no address. It starts with https://, for example https://commandcenter.example.org');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong(name, 'holds a user name or password. Leave it out: api-token says who asks');
  }
  if (url.search !== '' || url.hash !== '') throw wrong(name, `has a query or a fragment. Right: ${url.origin}`);
  // Who copies the address of the API or of its documentation means the server.
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/(?:api(?:\/v\d+)?|docs)$/, '');
}

function readId(name: string, text: string): number {
  if (text === '') throw wrong(name, 'is empty. Set it to the number that CommandCenter shows, for example 1');
  const id = Number(text);
  if (/^\d{1,10}$/.test(text) && id >= 1 && id <= 2_147_483_647) return id;
  throw wrong(name, 'is no id. It is a number, for example 1');
}

function readDepth(text: string): Depth {
  if (text === '') return 'standard';
  if (text === 'quick' || text === 'standard' || text === 'comprehensive') return text;
  throw wrong('analysis-depth', `is ${JSON.stringify(text.slice(0, 50))}. It is quick, standard or comprehensive`);
}

/** As YAML has them: https://yaml.org/spec/1.2.2/#10212-boolean */
function readSwitch(name: string, text: string, otherwise: boolean): boolean {
  if (text === '') return otherwise;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  throw wrong(name, `is ${JSON.stringify(text.slice(0, 50))}. It is 'true' or 'false'`);
}

function readFailOn(text: string): FailOn {
  if (text === 'gate') return 'gate';
  try {
    return readSwitch('fail-on-errors', text, false) ? 'critical' : 'nothing';
  } catch {
    throw wrong('fail-on-errors', `is ${JSON.stringify(text.slice(0, 50))}. It is 'true', 'false' or 'gate'`);
  }
}

function readReportLink(text: string): ReportLink {
  if (text === '') return 'auto';
  if (text === 'auto' || text === 'always' || text === 'never') return text;
  throw wrong('report-link', `is ${JSON.stringify(text.slice(0, 50))}. It is auto, always or never`);
}

function readMinutes(text: string, otherwise: number): number {
  if (text === '') return otherwise;
  const minutes = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && minutes > 0 && minutes <= MOST_MINUTES) return minutes;
  throw wrong(
    'timeout-minutes',
    `is ${JSON.stringify(text.slice(0, 50))}. It is a number of minutes from 1 to ${MOST_MINUTES}`,
  );
}
