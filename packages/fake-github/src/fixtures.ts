import { FixtureError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { addAccount } from './state/accounts.ts';
import { addApp, addInstallation, type NewApp } from './state/apps.ts';
import { createComment } from './state/comments.ts';
import {
  changeIssue,
  createIssue,
  deleteIssue,
  type IssueChange,
  type NewIssue,
  putIssue,
  transferIssue,
} from './state/issues.ts';
import { createLabel, deleteLabel, editLabel } from './state/labels.ts';
import type {
  Account,
  App,
  Installation,
  Issue,
  Label,
  Project,
  ProjectItem,
  Repository,
  StateReason,
} from './state/model.ts';
import { addProject, addProjectItem, moveProjectItem, type NewProject, statusOption } from './state/projects.ts';
import { createPullRequest, type NewPullRequest, synchronizePullRequest } from './state/pull-requests.ts';
import { addRepository, type NewRepository, type PushedCommit, push, renameRepository } from './state/repositories.ts';
import { addToken, type NewToken } from './state/tokens.ts';
import type { World } from './state/world.ts';
import { singleIssueView } from './view/issue.ts';
import type { Urls } from './view/urls.ts';
import type { Hook, HookInput, Hooks, HookTarget } from './webhooks/hooks.ts';

/** Who does it; default the person `monalisa`, who has no token and so is never the one under test. */
interface By {
  by?: string;
}

export interface IssueRef {
  /** `owner/name`. */
  repository: string;
  number: number;
}

export type NewWebhook = HookInput & { repository?: string; organization?: string; appId?: number };

const defaultActor = 'monalisa';

/**
 * Sets the scene, and acts in it as other people do: what changes here sends webhooks as on GitHub. Everything takes
 * and gives plain data; repositories are named `owner/name`.
 */
export class Fixtures {
  readonly #world: World;
  readonly #hooks: Hooks;
  readonly #urls: Urls;

  constructor(world: World, hooks: Hooks, urls: Urls) {
    this.#world = world;
    this.#hooks = hooks;
    this.#urls = urls;
  }

  addUser(login: string, options: { name?: string } = {}): Account {
    return addAccount(this.#world, login, 'User', options);
  }

  /** `members`: login to role; people who are not there yet are added. */
  addOrganization(
    login: string,
    options: { name?: string; members?: Readonly<Record<string, 'admin' | 'member'>> } = {},
  ): Account {
    for (const member of Object.keys(options.members ?? {})) this.#person(member);
    return addAccount(this.#world, login, 'Organization', options);
  }

  /** An owner that is not there yet is added as a user. */
  addRepository(input: NewRepository): Repository {
    this.#person(input.owner);
    for (const login of Object.keys(input.collaborators ?? {})) this.#person(login);
    return addRepository(this.#world, input);
  }

  /** Returns the token's text. */
  addToken(input: NewToken): string {
    this.#person(input.login);
    return addToken(this.#world, input).value;
  }

  /** From now on the token gets 401. */
  revokeToken(token: string): void {
    const found = this.#world.tokens.get(token);
    if (found === undefined) throw new FixtureError('unknown_reference', 'There is no such token.', 'Call addToken.');
    found.revoked = true;
  }

  addApp(input: NewApp): App {
    return addApp(this.#world, input);
  }

  addInstallation(input: { appId: number; account: string; repositories?: readonly string[] }): Installation {
    const app = this.#world.apps.get(input.appId);
    if (app === undefined) {
      throw new FixtureError('unknown_reference', `There is no app ${input.appId}.`, 'Call addApp first.');
    }
    return addInstallation(this.#world, app, input.account, input.repositories);
  }

  suspendInstallation(installation: Installation): void {
    installation.suspendedAt = this.#world.timestamp();
  }

  /** Of a repository, an organisation or an app. Sends no ping; hooks made by the API do. Default: JSON, all events. */
  addWebhook(input: NewWebhook): Hook {
    if (!/^https?:\/\//.test(input.url)) {
      throw new FixtureError('wrong_argument', `${input.url} is no http(s) URL.`, 'Give an absolute URL.');
    }
    return this.#hooks.add(this.#hookTarget(input), { contentType: 'json', events: ['*'], ...input });
  }

  removeWebhook(hook: Hook): void {
    this.#hooks.remove(hook);
  }

  addIssue(input: NewIssue & By & { repository: string }): Issue {
    return createIssue(this.#world, this.#world.repository(input.repository), this.#actor(input), input);
  }

  /** Many at once, without webhooks: 10,000 take a fraction of a second. */
  addIssues(input: By & { repository: string; count: number; make: (index: number) => NewIssue }): Issue[] {
    const repository = this.#world.repository(input.repository);
    const author = this.#actor(input);
    return Array.from({ length: input.count }, (_, index) =>
      putIssue(this.#world, repository, author, input.make(index)),
    );
  }

  addPullRequest(input: NewPullRequest & By & { repository: string }): Issue {
    return createPullRequest(this.#world, this.#world.repository(input.repository), this.#actor(input), input);
  }

  /** New commits on a pull request's branch; returns the new head commit. */
  synchronizePullRequest(input: IssueRef & By): string {
    const issue = this.issue(input);
    if (issue.pullRequest === null) {
      const hint = 'Use a number that addPullRequest returned.';
      throw new FixtureError('wrong_argument', `${input.repository}#${input.number} is no pull request.`, hint);
    }
    return synchronizePullRequest(this.#world, issue, issue.pullRequest, this.#actor(input));
  }

  editIssue(input: IssueRef & By & IssueChange): void {
    changeIssue(this.#world, this.issue(input), this.#actor(input), input);
  }

  closeIssue(input: IssueRef & By & { reason?: StateReason }): void {
    this.editIssue({ ...input, state: 'closed', stateReason: input.reason ?? 'completed' });
  }

  reopenIssue(input: IssueRef & By): void {
    this.editIssue({ ...input, state: 'open' });
  }

  labelIssue(input: IssueRef & By & { labels: readonly string[] }): void {
    const present = this.issue(input).labels.map((label) => label.name);
    this.editIssue({ ...input, labels: [...present, ...input.labels] });
  }

  unlabelIssue(input: IssueRef & By & { labels: readonly string[] }): void {
    const gone = new Set(input.labels.map((name) => name.toLowerCase()));
    const kept = this.issue(input).labels.map((label) => label.name);
    this.editIssue({ ...input, labels: kept.filter((name) => !gone.has(name.toLowerCase())) });
  }

  assignIssue(input: IssueRef & By & { assignees: readonly string[] }): void {
    const present = this.issue(input).assignees.map((account) => account.login);
    this.editIssue({ ...input, assignees: [...present, ...input.assignees] });
  }

  unassignIssue(input: IssueRef & By & { assignees: readonly string[] }): void {
    const gone = new Set(input.assignees.map((login) => login.toLowerCase()));
    const kept = this.issue(input).assignees.map((account) => account.login);
    this.editIssue({ ...input, assignees: kept.filter((login) => !gone.has(login.toLowerCase())) });
  }

  commentOnIssue(input: IssueRef & By & { body: string }): number {
    return createComment(this.#world, this.issue(input), this.#actor(input), input.body).id;
  }

  deleteIssue(input: IssueRef & By): void {
    deleteIssue(this.#world, this.issue(input), this.#actor(input));
  }

  /** Returns the issue at its new place. */
  transferIssue(input: IssueRef & By & { to: string }): Issue {
    return transferIssue(this.#world, this.issue(input), this.#world.repository(input.to), this.#actor(input));
  }

  addLabel(input: By & { repository: string; name: string; color?: string; description?: string }): Label {
    return createLabel(this.#world, this.#world.repository(input.repository), this.#actor(input), input);
  }

  renameLabel(input: By & { repository: string; name: string; newName: string }): void {
    const { repository, label } = this.#label(input);
    editLabel(this.#world, repository, this.#actor(input), label, { name: input.newName });
  }

  deleteLabel(input: By & { repository: string; name: string }): void {
    const { repository, label } = this.#label(input);
    deleteLabel(this.#world, repository, this.#actor(input), label);
  }

  renameRepository(input: By & { repository: string; name: string }): void {
    renameRepository(this.#world, this.#world.repository(input.repository), input.name, this.#actor(input));
  }

  /** Returns the new head commit. */
  push(input: By & { repository: string; branch?: string; commits?: readonly PushedCommit[] }): string {
    const repository = this.#world.repository(input.repository);
    const branch = input.branch ?? repository.defaultBranch;
    return push(this.#world, repository, this.#actor(input), branch, input.commits ?? [{ message: 'Change' }]);
  }

  addProject(input: NewProject & By): Project {
    return addProject(this.#world, input, this.#actor(input));
  }

  /** `content`: an issue or pull request, or a draft. `status`: the name of one of the project's options. */
  addProjectItem(
    input: By & { project: Project; content: IssueRef | { title: string; body?: string }; status?: string },
  ): ProjectItem {
    const { content, project, status } = input;
    const what = 'number' in content ? this.issue(content) : { title: content.title, body: content.body ?? '' };
    const option = status === undefined ? null : statusOption(project, status);
    return addProjectItem(this.#world, project, this.#actor(input), what, option);
  }

  moveProjectItem(input: By & { item: ProjectItem; status: string | null }): void {
    const option = input.status === null ? null : statusOption(input.item.project, input.status);
    moveProjectItem(this.#world, input.item, option, this.#actor(input));
  }

  /** The present state of an issue or pull request. */
  issue(ref: IssueRef): Issue {
    return this.#world.issue(ref.repository, ref.number);
  }

  /** All issues and pull requests of a repository, oldest first. */
  issues(repository: string): Issue[] {
    return [...this.#world.repository(repository).issues.values()];
  }

  /** The issue as `GET …/issues/{number}` shows it. */
  issueJson(ref: IssueRef): JsonObject {
    return singleIssueView(this.issue(ref), this.#urls);
  }

  hooksOf(repository: string): Hook[] {
    return this.#hooks.ofRepository(this.#world.repository(repository));
  }

  #person(login: string): Account {
    return this.#world.findAccount(login) ?? addAccount(this.#world, login, 'User');
  }

  #actor(input: By): Account {
    return this.#person(input.by ?? defaultActor);
  }

  #label(input: { repository: string; name: string }): { repository: Repository; label: Label } {
    const repository = this.#world.repository(input.repository);
    const label = repository.labels.get(input.name.toLowerCase());
    if (label === undefined) {
      throw new FixtureError('unknown_reference', `There is no label ${input.name}.`, 'Labels are made on use.');
    }
    return { repository, label };
  }

  #hookTarget(input: NewWebhook): HookTarget {
    if (input.repository !== undefined) {
      return { type: 'repository', repository: this.#world.repository(input.repository) };
    }
    if (input.organization !== undefined) {
      return { type: 'organization', organization: this.#world.account(input.organization) };
    }
    const app = input.appId === undefined ? undefined : this.#world.apps.get(input.appId);
    if (app === undefined) {
      const hint = 'Give repository, organization or the appId of an app that addApp made.';
      throw new FixtureError('wrong_argument', 'The webhook belongs to nothing.', hint);
    }
    return { type: 'integration', app };
  }
}
