import { randomBytes } from 'node:crypto';
import { FixtureError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { TextLimits } from '../settings.ts';
import type { Urls } from '../view/urls.ts';
import type { Account, App, Installation, Issue, Project, Repository, Timestamp, Token } from './model.ts';

/** A change that webhooks report. */
export interface DomainEvent {
  readonly event: string;
  readonly action: string | null;
  readonly sender: Account;
  readonly repository: Repository | null;
  readonly organization: Account | null;
  /**
   * The installation that the event itself is about. GitHub sends such events only to the App's webhook, whatever events it subscribes
   * to.
   */
  readonly installation?: Installation;
  /** Returns the parts of the payload that only this event has. Called at once, so that it shows the present state. */
  readonly body: (urls: Urls) => JsonObject;
}

/** All data of the fake GitHub. The rules are in the other files of this folder. */
export class World {
  readonly accounts = new Map<string, Account>();
  readonly repositories = new Map<number, Repository>();
  readonly projects: Project[] = [];
  readonly tokens = new Map<string, Token>();
  readonly apps = new Map<number, App>();
  readonly installations = new Map<number, Installation>();
  /** Repository id by present or former name, `owner/name` in lower case. */
  readonly repositoryNames = new Map<string, number>();
  readonly limits: Readonly<TextLimits>;
  readonly #clock: { now(): Date };
  readonly #listeners: ((event: DomainEvent) => void)[] = [];
  #lastId = 3_000_000_000;
  #lastRepositoryId = 1_000_000_000;
  #lastSecond = 0;
  #lastTimestamp = '';

  constructor(clock: { now(): Date }, limits: Readonly<TextLimits>) {
    this.#clock = clock;
    this.limits = limits;
  }

  /** Returns the time of this GitHub's clock in milliseconds since 1970. */
  now(): number {
    return this.#clock.now().getTime();
  }

  /** Returns the present time in whole seconds, as GitHub does. */
  timestamp(): Timestamp {
    const second = Math.floor(this.now() / 1000);
    if (second !== this.#lastSecond) {
      this.#lastSecond = second;
      this.#lastTimestamp = formatTimestamp(second * 1000);
    }
    return this.#lastTimestamp;
  }

  /** Returns a new id above 2^31, like those of GitHub. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Returns a new id of a repository, which fits into 32 bits because GraphQL shows it as such an integer. */
  nextRepositoryId(): number {
    this.#lastRepositoryId += 1;
    return this.#lastRepositoryId;
  }

  nodeId(prefix: string, id: number): string {
    return `${prefix}_${Buffer.from(`${prefix}:${id}`).toString('base64url')}`;
  }

  sha(): string {
    return randomBytes(20).toString('hex');
  }

  onEvent(listener: (event: DomainEvent) => void): void {
    this.#listeners.push(listener);
  }

  publish(event: DomainEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  findAccount(login: string): Account | undefined {
    return this.accounts.get(login.toLowerCase());
  }

  account(login: string): Account {
    const account = this.findAccount(login);
    if (account === undefined) {
      throw new FixtureError('unknown_reference', `There is no account ${login}.`, 'Call addUser or addOrganization.');
    }
    return account;
  }

  /** Finds a repository by its present or former name, `owner/name`. */
  findRepository(fullName: string): Repository | undefined {
    const id = this.repositoryNames.get(fullName.toLowerCase());
    return id === undefined ? undefined : this.repositories.get(id);
  }

  repository(fullName: string): Repository {
    const repository = this.findRepository(fullName);
    if (repository === undefined) {
      throw new FixtureError('unknown_reference', `There is no repository ${fullName}.`, 'Call addRepository first.');
    }
    return repository;
  }

  issue(fullName: string, number: number): Issue {
    const issue = this.repository(fullName).issues.get(number);
    if (issue === undefined) {
      throw new FixtureError('unknown_reference', `There is no issue ${fullName}#${number}.`, 'Call addIssue first.');
    }
    return issue;
  }
}

export function formatTimestamp(milliseconds: number): Timestamp {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}
