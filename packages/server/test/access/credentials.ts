import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type Scope, scopes } from '../../src/accounts/scope.ts';
import { createApiToken, type NewApiToken } from '../../src/accounts/tokens/api-token-queries.ts';
import type { Database } from '../../src/database/database.ts';
import type { Ask } from '../http/ask.ts';
import { ADMIN_TOKEN } from '../http/test-application.ts';
import type { TokenIssuer } from '../http/token-issuer.ts';
import { accessRules } from './access-rules.ts';
import { OWNER_ID, type ProjectWorld } from './project-world.ts';

/** A credential with the access that it should give. The expected access follows from how the test created it. */
export interface Credential {
  name: string;
  /** Value of the Authorization header; undefined for a request without it. */
  authorization?: string;
  /** Additional request headers. */
  headers?: Readonly<Record<string, string>>;
  query?: string;
  /** `none`: the request has no token. `invalid`: its token is malformed, unknown, revoked or expired. `valid`: its token is accepted. */
  state: 'none' | 'invalid' | 'valid';
  scopes: readonly Scope[];
  /** True if the credential gives access to the project whose objects the requests name. */
  reachesProject: boolean;
  /** True if the credential was created for a single project. */
  isBound: boolean;
  /** True if the credential may list and delete the API tokens of the owner. */
  ownsTokens: boolean;
  /** Only for the token of a workflow: `own` if the workflow runs in the repository that the requests name, otherwise `other`. */
  repository?: 'own' | 'other';
  /** Only for a signed link: `own` if it opens the report that the requests name, otherwise `other`. */
  link?: 'own' | 'other';
}

export interface CredentialsOptions {
  db: Database;
  /** Calls the API with the admin token. */
  ask: Ask;
  issuer: TokenIssuer;
  project: ProjectWorld;
  otherProject: ProjectWorld;
}

const nothing = { scopes: [], reachesProject: false, isBound: false, ownsTokens: false } as const;
const bearer = (token: string) => `Bearer ${token}`;

/** Creates the credentials of all kinds, valid and invalid ones. */
export async function createCredentials(options: CredentialsOptions): Promise<Credential[]> {
  return [
    ...(await withoutToken(options)),
    ...(await invalidTokens(options)),
    ...(await tokensOfProject(options)),
    ...(await tokensOfAll(options)),
    ...(await tokensOfOthers(options)),
    ...(await workflowTokens(options)),
  ];
}

async function withoutToken({ db, ask, project, otherProject }: CredentialsOptions): Promise<Credential[]> {
  const linkOf = async ({ ids }: ProjectWorld): Promise<string> => {
    const { body } = await ask('POST', `/api/v1/jobs/${ids.job}/report-link`);
    return new URL(String(body.report_url)).search.slice(1);
  };
  const { token } = await createApiToken(db, owned({ name: 'in the wrong place' }), randomBytes);
  const own = await linkOf(project);
  const none = { ...nothing, state: 'none' } as const;
  return [
    { ...none, name: 'no token' },
    { ...none, name: 'a token in the query', query: `access_token=${token}&token=${token}` },
    { ...none, name: 'a token in a cookie', headers: { cookie: `token=${token}; session=${token}` } },
    { ...none, name: 'a token in other headers', headers: { 'x-api-key': token, 'private-token': token } },
    { ...none, name: 'the signed link of the report', query: own, link: 'own' },
    { ...none, name: 'the signed link of another report', query: await linkOf(otherProject), link: 'other' },
    {
      ...none,
      name: 'a signed link that was made longer',
      query: own.replace(/(?<=expires=)\d+/, (text) => String(Number(text) + 86_400)),
      link: 'other',
    },
  ];
}

async function invalidTokens({ db, issuer }: CredentialsOptions): Promise<Credential[]> {
  const revoked = await createApiToken(db, owned({ name: 'revoked' }), randomBytes);
  await db.deleteFrom('api_tokens').where('id', '=', revoked.row.id).execute();
  const past = new Date(Date.now() - 1000);
  const expired = await createApiToken(db, owned({ name: 'expired', expires_at: past }), randomBytes);
  const { token: valid } = await createApiToken(db, owned({ name: 'changed' }), randomBytes);
  const headers = {
    'no bearer token': valid,
    'another scheme': `Basic ${Buffer.from(`x:${valid}`).toString('base64')}`,
    'a malformed token': bearer('nonsense'),
    'two tokens': bearer(`${valid} ${valid}`),
    'a token with a letter too many': bearer(`${valid}0`),
    'a token in capitals': bearer(valid.toUpperCase()),
    'a token as it is stored': bearer(revoked.row.prefix),
    'a revoked token': bearer(revoked.token),
    'an expired token': bearer(expired.token),
    'the admin token with a letter too many': bearer(`${ADMIN_TOKEN}0`),
    'an id token in place of a token': bearer(await issuer.sign()),
  };
  return Object.entries(headers).map(([name, authorization]) => ({
    ...nothing,
    name,
    authorization,
    state: 'invalid',
  }));
}

/**
 * Creates tokens of the project: one for each single scope, one for each set of scopes that a route needs, one without scopes and one
 * with all.
 */
async function tokensOfProject({ db, project }: CredentialsOptions): Promise<Credential[]> {
  const needed = Object.values(accessRules).flatMap(({ needs }) => (typeof needs === 'string' ? [] : [needs]));
  const sets = new Map([[], ...scopes.map((scope) => [scope]), ...needed, scopes].map((set) => [set.join(' '), set]));
  const { project: id } = project.ids;
  const made = [...sets.values()].map(async (set): Promise<Credential> => {
    const { token } = await createApiToken(
      db,
      owned({ name: set.join(' '), scopes: set, project_id: id }),
      randomBytes,
    );
    const name = `a token of the project with ${set.length === scopes.length ? 'all scopes' : set.join(' ') || 'no scope'}`;
    return {
      name,
      authorization: bearer(token),
      state: 'valid',
      scopes: set,
      reachesProject: true,
      isBound: true,
      ownsTokens: true,
    };
  });
  return Promise.all(made);
}

async function tokensOfAll({ db }: CredentialsOptions): Promise<Credential[]> {
  const members = scopes.filter((scope) => scope !== 'admin');
  const member = await createApiToken(db, owned({ name: 'member', scopes: members }), randomBytes);
  const admin = await createApiToken(db, owned({ name: 'admin' }), randomBytes);
  const local = await createApiToken(db, owned({ name: 'local', user_id: null }), randomBytes);
  const all = { state: 'valid', scopes, reachesProject: true, isBound: false, ownsTokens: true } as const;
  return [
    { ...all, name: "a token of all the owner's projects", authorization: bearer(member.token), scopes: members },
    { ...all, name: "the owner's token of the whole installation", authorization: bearer(admin.token) },
    { ...all, name: "nobody's token of the whole installation", authorization: bearer(local.token) },
    { ...all, name: 'COMMANDCENTER_ADMIN_TOKEN', authorization: bearer(ADMIN_TOKEN) },
  ];
}

/** Creates tokens of the other project, and of people who are members of one project or of none. */
async function tokensOfOthers({ db, project, otherProject }: CredentialsOptions): Promise<Credential[]> {
  const { project: id } = project.ids;
  const { project: otherId } = otherProject.ids;
  const members = scopes.filter((scope) => scope !== 'admin');
  const person = async (login: string, memberOf?: number): Promise<number> => {
    const user = await db.insertInto('users').values({ login }).returning('id').executeTakeFirstOrThrow();
    if (memberOf !== undefined) {
      const row = { project_id: memberOf, user_id: user.id, role: 'owner' };
      await db.insertInto('project_members').values(row).execute();
    }
    return user.id;
  };
  const kinds: [string, Partial<NewApiToken>, Partial<Credential>?][] = [
    ['a token of another project with all scopes', { project_id: otherId }],
    ["nobody's token of another project with all scopes", { project_id: otherId, user_id: null }],
    ['a token of the project of who is not its member', { project_id: id, user_id: await person('former') }],
    ['a token of who is a member of another project', { user_id: await person('stranger', otherId), scopes: members }],
    ['a token of who is a member of no project', { user_id: await person('newcomer'), scopes: members }],
    [
      'a token of another member of the project',
      { user_id: await person('colleague', id), scopes: members },
      { reachesProject: true },
    ],
  ];
  const made = kinds.map(async ([name, values, facts = {}]): Promise<Credential> => {
    const wanted = owned({ name, ...values });
    const { token } = await createApiToken(db, wanted, randomBytes);
    const isBound = wanted.project_id !== null;
    return { ...nothing, name, authorization: bearer(token), state: 'valid', scopes: wanted.scopes, isBound, ...facts };
  });
  return Promise.all(made);
}

/**
 * Gets tokens in exchange for id tokens of GitHub Actions: for a workflow of the repository itself, of another repository that the
 * project trusts, and of a repository of another project.
 */
async function workflowTokens({ ask, issuer, project, otherProject }: CredentialsOptions): Promise<Credential[]> {
  const trusts = async ({ ids }: ProjectWorld, repository_id: number): Promise<void> => {
    const body = { issuer: issuer.url, repository_id, owner_id: OWNER_ID, name: 'acme/other' };
    assert.equal((await ask('POST', `/api/v1/projects/${ids.project}/trusted-repositories`, { body })).status, 201);
  };
  const tokenFor = async ({ ids }: ProjectWorld, repository_id: number, repository: string): Promise<string> => {
    const id_token = await issuer.sign({
      claims: { repository, repository_id: String(repository_id), repository_owner_id: String(OWNER_ID) },
    });
    const body = { project_id: ids.project, id_token };
    const response = await ask('POST', '/api/v1/tokens/github-oidc', { body });
    assert.equal(response.status, 201, JSON.stringify(response.body));
    return bearer(String(response.body.token));
  };
  await trusts(project, OTHER_REPOSITORY_ID);
  await trusts(otherProject, REPOSITORY_ID);
  const own = await tokenFor(project, REPOSITORY_ID, `${project.canary}/${project.repositoryCanary}`);
  const workflow = { ...nothing, state: 'valid', scopes: ['jobs:create', 'jobs:read'], isBound: true } as const;
  return [
    { ...workflow, name: 'a workflow of the repository', authorization: own, reachesProject: true, repository: 'own' },
    {
      ...workflow,
      name: 'a workflow of another repository',
      authorization: await tokenFor(project, OTHER_REPOSITORY_ID, 'acme/other'),
      reachesProject: true,
      repository: 'other',
    },
    {
      ...workflow,
      name: 'a workflow of the repository with a token of another project',
      authorization: await tokenFor(otherProject, REPOSITORY_ID, 'acme/other'),
      repository: 'other',
    },
  ];
}

/** Immutable id that the issuer of id tokens gives the project's analyzed repository. */
export const REPOSITORY_ID = 1001;
const OTHER_REPOSITORY_ID = 1002;

/** Returns the row of a token that belongs to the owner, whose user id is 1. */
const owned = (values: Partial<NewApiToken> & { name: string }): NewApiToken => ({
  scopes,
  user_id: 1,
  project_id: null,
  expires_at: null,
  ...values,
});
