import {
  type AnalysisPresentation,
  type Board,
  type BoardColumn,
  type BoardItem,
  type CloneAccess,
  type CodeHost,
  type ConnectionReport,
  type Credentials,
  type ExternalAccount,
  type ExternalItem,
  type ExternalRepository,
  type HookInstaller,
  type IntegrationContext,
  IntegrationError,
  type IssueTracker,
  type ItemDraft,
  type ItemPatch,
  type ItemRef,
  type ListOptions,
  type ListPage,
  type Page,
  type ProjectBoards,
  type PublishedAnalysis,
  type PullRequest,
  type RepositoryRef,
  WebhookIntegration,
  type WebhookResult,
} from '@commandcenter/integration-kit';
import { type AppTokens, createGitHubClient, type GitHubClient } from './client.ts';
import { getCloneSource } from './code-host/clone-source.ts';
import { getBranchHead, getMergeBase } from './code-host/commits.ts';
import { publishAnalysis } from './code-host/publish.ts';
import { getPullRequest } from './code-host/pull-request.ts';
import { getAppAccount, mintInstallationToken, testApp } from './connection/app.ts';
import { readAppIdentity } from './connection/app-identity.ts';
import { explainRefusal } from './connection/installation.ts';
import { getTokenAccount, testToken } from './connection/token.ts';
import { createIssue } from './issues/create.ts';
import { issuesUrl, listIssues, listIssuesBy } from './issues/list.ts';
import { getIssue, updateIssue } from './issues/write.ts';
import { locateRepository } from './locate-repository.ts';
import { listBoardColumns, listBoardItems, listBoards } from './projects/boards.ts';
import { RepositorySchema, toRepository } from './repository.ts';
import { installHook, removeHook } from './repository-hooks.ts';
import { createReader } from './schema-reader.ts';
import { eventHandlers } from './webhooks/events.ts';

const repositoryReader = createReader(RepositorySchema);

/** Remaining validity in milliseconds that a token needs for cloning, because fetching a large repository takes minutes. */
const CLONE_TOKEN_LIFE_MS = 10 * 60_000;

/** The integration of github.com and GitHub Enterprise Server, with a personal token or as a GitHub App. */
export class GitHubIntegration
  extends WebhookIntegration
  implements IssueTracker, ProjectBoards, HookInstaller, CodeHost
{
  readonly #client: GitHubClient;
  readonly #isApp: boolean;

  constructor(context: IntegrationContext) {
    super(context);
    this.#isApp = context.record.authType === 'github_app';
    const app: AppTokens = {
      renew: () => this.refreshToken(),
      explain: async (refusal, signal) => explainRefusal(this.#client, await this.#identity(), refusal, signal),
    };
    this.#client = createGitHubClient(context, () => this.getAccessToken(), this.#isApp ? app : undefined);
  }

  override async testConnection(): Promise<ConnectionReport> {
    return this.#isApp ? testApp(this.#client, await this.#identity()) : testToken(this.#client);
  }

  /** Returns the access token. The first token of an App, which is valid for an hour, is requested on demand. */
  override async getAccessToken(): Promise<string> {
    if (this.#isApp && (await this.context.credentials.get()).accessToken === undefined) await this.refreshToken();
    return super.getAccessToken();
  }

  protected override async renewCredentials(current: Credentials): Promise<Credentials> {
    if (!this.#isApp) return super.renewCredentials(current);
    const identity = readAppIdentity(this.integration.config, current);
    return { ...current, ...(await mintInstallationToken(this.#client, identity, this.context.clock.now())) };
  }

  override async handleWebhook(eventType: string, payload: Record<string, unknown>): Promise<WebhookResult> {
    const handler = Object.hasOwn(eventHandlers, eventType) ? eventHandlers[eventType] : undefined;
    if (handler === undefined) return { status: 'ignored', reason: `${eventType} events change nothing here.` };
    const handled = handler(payload, this.integration);
    if ('ignored' in handled) return { status: 'ignored', reason: handled.ignored };
    for (const change of handled.changes) this.context.emit(change);
    await this.recordSuccess();
    return { status: 'processed' };
  }

  async getAccount(signal?: AbortSignal): Promise<ExternalAccount> {
    if (this.#isApp) return getAppAccount(this.#client, await this.#identity(), signal);
    return (await getTokenAccount(this.#client, signal)).account;
  }

  async getRepository({ owner, name }: RepositoryRef, signal?: AbortSignal): Promise<ExternalRepository> {
    const { data } = await this.#client.request('GET /repos/{owner}/{repo}', { owner, repo: name }, { signal });
    return this.#withoutUserRole(toRepository(repositoryReader.response(data, "GitHub's repository")));
  }

  async locateRepository(
    ids: Pick<ExternalRepository, 'externalId' | 'handle'>,
    signal?: AbortSignal,
  ): Promise<ExternalRepository | null> {
    const located = await locateRepository(this.#client, ids, signal);
    return located && this.#withoutUserRole(located);
  }

  listUrl(options: Pick<ListOptions, 'repository' | 'order' | 'since'>): string {
    return issuesUrl(this.#client.apiUrl, options);
  }

  async listItems(options: ListOptions, signal?: AbortSignal): Promise<ListPage> {
    return listIssues(this.#client, options, this.context.log, signal);
  }

  async getItem(ref: ItemRef, signal?: AbortSignal): Promise<ExternalItem> {
    return getIssue(this.#client, ref, signal);
  }

  async createItem(repository: RepositoryRef, draft: ItemDraft, signal?: AbortSignal): Promise<ExternalItem> {
    return createIssue(this.#client, repository, draft, signal);
  }

  async listOwnItems(repository: RepositoryRef, since: string, signal?: AbortSignal): Promise<ExternalItem[]> {
    const { login } = this.integration.account ?? (await this.getAccount(signal));
    return listIssuesBy(this.#client, login, repository, since, this.context.log, signal);
  }

  async updateItem(ref: ItemRef, patch: ItemPatch, signal?: AbortSignal): Promise<ExternalItem> {
    return updateIssue(this.#client, ref, patch, signal);
  }

  async listBoards(
    where: { owner: string; repository?: string },
    page: { cursor?: string; limit: number },
    signal?: AbortSignal,
  ): Promise<Page<Board>> {
    return listBoards(this.#client, where, page, signal);
  }

  async listBoardColumns(board: { owner: string; number: number }, signal?: AbortSignal): Promise<BoardColumn[]> {
    return listBoardColumns(this.#client, board, signal);
  }

  async listBoardItems(
    board: { owner: string; number: number },
    page: { cursor?: string; limit: number },
    signal?: AbortSignal,
  ): Promise<Page<BoardItem>> {
    return listBoardItems(this.#client, board, page, signal);
  }

  async installHook(
    repository: RepositoryRef,
    hook: { url: string; secret: string },
    signal?: AbortSignal,
  ): Promise<{ externalId: string; created: boolean }> {
    return installHook(this.#client, repository, hook, signal);
  }

  async removeHook(repository: RepositoryRef, externalId: string, signal?: AbortSignal): Promise<void> {
    return removeHook(this.#client, repository, externalId, signal);
  }

  async getCloneAccess(repository: RepositoryRef, signal?: AbortSignal): Promise<CloneAccess> {
    const source = await getCloneSource(this.#client, repository, signal);
    const { expiresAt } = await this.context.credentials.get();
    const left = expiresAt === undefined ? Infinity : Date.parse(expiresAt) - this.context.clock.now().getTime();
    if (this.#isApp && left < CLONE_TOKEN_LIFE_MS) await this.refreshToken();
    return { ...source, username: 'x-access-token', password: await this.getAccessToken() };
  }

  async getPullRequest(repository: RepositoryRef, number: number, signal?: AbortSignal): Promise<PullRequest> {
    return getPullRequest(this.#client, repository, number, signal);
  }

  async getMergeBase(repository: RepositoryRef, base: string, head: string, signal?: AbortSignal): Promise<string> {
    return getMergeBase(this.#client, repository, base, head, signal);
  }

  async getDefaultBranchHead(
    repository: RepositoryRef,
    signal?: AbortSignal,
  ): Promise<{ branch: string; sha: string }> {
    const { defaultBranch: branch } = await this.getRepository(repository, signal);
    if (branch === undefined) {
      throw new IntegrationError(`GitHub names no default branch of ${repository.owner}/${repository.name}.`, {
        class: 'outage',
        code: 'github.unusable_answer',
      });
    }
    return { branch, sha: await getBranchHead(this.#client, repository, branch, signal) };
  }

  async publishAnalysis(
    repository: RepositoryRef,
    presentation: AnalysisPresentation,
    signal?: AbortSignal,
  ): Promise<PublishedAnalysis> {
    const publisher = {
      client: this.#client,
      appId: this.#isApp ? (await this.#identity()).appId : null,
      getAccount: async (ended?: AbortSignal) => this.integration.account ?? this.getAccount(ended),
      log: this.context.log,
    };
    return publishAnalysis(publisher, repository, presentation, signal);
  }

  /** Removes the role of the user from the repository, because GitHub reports none for an App even if its installation may write. */
  #withoutUserRole(repository: ExternalRepository): ExternalRepository {
    if (!this.#isApp) return repository;
    const { writable: _role, ...rest } = repository;
    return rest;
  }

  async #identity() {
    return readAppIdentity(this.integration.config, await this.context.credentials.get());
  }
}
