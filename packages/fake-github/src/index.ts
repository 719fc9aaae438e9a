export { ApiError, FixtureError, type FixtureErrorCode, GraphQLFailure } from './errors.ts';
export type { IssueRef } from './fixtures/acting.ts';
export type { NewWebhook } from './fixtures/scene.ts';
export { githubSchema } from './graphql/schema.ts';
export type { Fault, FaultKind, FaultRule } from './http/faults.ts';
export type { PrimaryLimit, SecondaryLimit } from './http/rate-limit.ts';
export type { LoggedRequest } from './http/request-log.ts';
export type { Violation, ViolationKind } from './http/violations.ts';
export { githubDescription, type OpenApiDescription } from './openapi/description.ts';
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
