import assert from 'node:assert/strict';
import { type Answer, startTestApplication, type TestApplication } from './test-application.ts';
import { RUN, type SignOptions, startTokenIssuer, type TokenIssuer } from './token-issuer.ts';

export const PUBLIC_URL = 'https://commandcenter.example';

/** The ids of the repository that tokens are signed for by default. */
export const trustedIds = { repository_id: Number(RUN.repository_id), owner_id: Number(RUN.repository_owner_id) };

/** A server and an issuer of id tokens, with a project that trusts the repository. */
export interface OidcApplication extends AsyncDisposable {
  app: TestApplication;
  issuer: TokenIssuer;
  /** Id of the project that trusts the repository. */
  project: number;
  newProject(name: string): Promise<number>;
  /** Adds a trusted repository and returns its id. */
  trust(project: number, body: object): Promise<number>;
  present(idToken: string, project?: number): Promise<Answer>;
  /** Signs a new id token, presents it to the server, and returns the response. */
  exchange(options?: SignOptions, project?: number): Promise<Answer>;
  /** Presents a new id token and asserts that it is refused with this status, code and detail. */
  refused(status: number, code: string, options: SignOptions, detail: RegExp): Promise<void>;
}

export async function startOidcApplication(): Promise<OidcApplication> {
  await using started = new AsyncDisposableStack();
  const app = started.use(await startTestApplication({ EGRESS_ALLOW: '127.0.0.1', PUBLIC_URL }));
  const issuer = started.use(await startTokenIssuer(PUBLIC_URL));
  const newProject = async (name: string): Promise<number> =>
    (await app.ask('POST', '/api/v1/projects', { body: { name } })).body.id as unknown as number;
  const trust = async (id: number, body: object): Promise<number> => {
    const response = await app.ask('POST', `/api/v1/projects/${id}/trusted-repositories`, { body });
    assert.equal(response.status, 201, JSON.stringify(response.body));
    return response.body.id as unknown as number;
  };
  const project = await newProject('Web');
  await trust(project, { ...trustedIds, issuer: issuer.url });
  const present = (id_token: string, project_id = project): Promise<Answer> =>
    app.withToken(undefined)('POST', '/api/v1/tokens/github-oidc', { body: { project_id, id_token } });
  const exchange = async (options: SignOptions = {}, id = project): Promise<Answer> =>
    present(await issuer.sign(options), id);
  const owned = started.move();
  return {
    app,
    issuer,
    project,
    newProject,
    trust,
    present,
    exchange,
    async refused(status, code, options, detail) {
      const { status: answered, body } = await exchange(options);
      assert.deepEqual([answered, body.code], [status, code], String(body.detail));
      assert.match(String(body.detail), detail);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
