import type { Logger } from '../logging.ts';

/** Code of an integration's author that runs while webhooks are taken in and handled. */
export type AuthorHook = 'manifest.webhook.hints' | 'manifest.webhook.configHints' | 'handleWebhook';

export interface AuthorFailure {
  hook: AuthorHook;
  /** The class of the error. Its message may quote data of any project, so only the log has it. */
  errorName: string;
  at: Date;
}

export interface AuthorFailures {
  /** Logs the failure, and the same hook of the same type again only after a while: every request may bring one. */
  report(type: string, hook: AuthorHook, error: unknown): void;
  /** The failures of a type within the last hour, one for each hook. */
  recent(type: string): AuthorFailure[];
}

const REMEMBERED_MS = 60 * 60_000;
const LOG_PAUSE_MS = 10 * 60_000;

/** The consequence of a failure of each hook, for people. */
export const withoutHook: Readonly<Record<AuthorHook, string>> = {
  'manifest.webhook.hints':
    'Webhooks of this type are taken in without hints: on the shared URL a limited number of secrets is tried, and an event goes to every integration with its secret',
  'manifest.webhook.configHints':
    'Webhooks of this type are narrowed by config.repositories and config.installation_id as the server reads them',
  handleWebhook: 'The delivery is tried again, then it is failed and can be replayed',
};

const REMEDY = "Fix the code of the integration's package, or install a version that works, and restart the server.";

/** Keeps the failures of authors' code out of the way of requests, and makes them visible. */
export function createAuthorFailures(log: Logger, clock: { now(): Date }): AuthorFailures {
  /** By type and hook, so its size is limited by the number of installed types. */
  const known = new Map<string, { last: AuthorFailure; loggedAt: number; notLogged: number }>();
  return {
    report(type, hook, error) {
      const at = clock.now();
      const key = `${type}\n${hook}`;
      const last = { hook, errorName: error instanceof Error ? error.name : typeof error, at };
      const before = known.get(key);
      if (before !== undefined && at.getTime() - before.loggedAt < LOG_PAUSE_MS) {
        known.set(key, { ...before, last, notLogged: before.notLogged + 1 });
        return;
      }
      known.set(key, { last, loggedAt: at.getTime(), notLogged: 0 });
      log.error(
        { err: error, integrationType: type, hook, failuresSinceLastLogged: (before?.notLogged ?? 0) + 1 },
        `${hook}() of the integration type "${type}" failed. ${withoutHook[hook]}. ${REMEDY}`,
      );
    },
    recent(type) {
      const since = clock.now().getTime() - REMEMBERED_MS;
      return [...known].flatMap(([key, { last }]) =>
        key.startsWith(`${type}\n`) && last.at.getTime() > since ? [last] : [],
      );
    },
  };
}
