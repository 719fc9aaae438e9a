export { FixtureError } from './errors.ts';
export type { IssueRef } from './fixtures/fixtures.ts';
export type { NewWebhook } from './fixtures/setup.ts';
export { githubSchema } from './graphql/schema.ts';
export type { Fault, FaultKind, FaultRule } from './http/faults.ts';
export type { PrimaryLimit, SecondaryLimit } from './http/rate-limit.ts';
export type { LoggedRequest } from './http/request-log.ts';
export type { Violation, ViolationKind } from './http/violations.ts';
export type { Settings } from './settings.ts';
export { type FakeGitHub, type FakeGitHubOptions, startFakeGitHub } from './start.ts';
export type { IssueChange, NewIssue } from './state/issues.ts';
export type {
  Account,
  CheckAnnotation,
  CheckRun,
  Installation,
  Issue,
  Label,
  Project,
  ProjectItem,
  Repository,
} from './state/model.ts';
export type { Delivery } from './webhooks/delivery-log.ts';
export type { Hook } from './webhooks/hooks.ts';
