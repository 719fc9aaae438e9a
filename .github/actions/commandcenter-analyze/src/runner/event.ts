import { readFileSync } from 'node:fs';
import type { RunnerEnvironment } from './environment.ts';

/** What set the workflow off, as far as it says what to analyse. */
export type Trigger =
  | {
      kind: 'pull_request';
      number: number;
      headSha: string;
      /** Tip of the branch that the pull request goes to. */
      baseSha: string;
      /** Secrets are kept from pull requests of forks. */
      isFork: boolean;
    }
  | { kind: 'merge_group'; headSha: string; baseSha: string }
  | {
      kind: 'push';
      headSha: string;
      /** What the branch pointed at before; null where it is new, or was pushed by force. */
      before: string | null;
      deleted: boolean;
    }
  | { kind: 'schedule' }
  /** `workflow_dispatch`, `release` and all others: what is checked out. */
  | { kind: 'other' };

const isSha = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(value);
const isZero = (sha: string): boolean => /^0+$/.test(sha);

/** Reads the event's payload. One that is missing or says nothing that is known is `other`. */
export function readTrigger({ eventFile, eventName, sha }: RunnerEnvironment): Trigger {
  const event = readEvent(eventFile);
  const pull = child(event, 'pull_request');
  const head = child(pull, 'head');
  const base = child(pull, 'base');
  if (typeof pull?.number === 'number' && isSha(head?.sha) && isSha(base?.sha)) {
    // A fork that was deleted meanwhile has no repository.
    const isFork = child(head, 'repo')?.full_name !== child(base, 'repo')?.full_name;
    return { kind: 'pull_request', number: pull.number, headSha: head.sha, baseSha: base.sha, isFork };
  }
  const group = child(event, 'merge_group');
  if (isSha(group?.head_sha) && isSha(group?.base_sha)) {
    return { kind: 'merge_group', headSha: group.head_sha, baseSha: group.base_sha };
  }
  if (eventName === 'push') {
    const { before, after, created, forced, deleted } = event ?? {};
    const comparable = isSha(before) && !isZero(before) && created !== true && forced !== true;
    return {
      kind: 'push',
      headSha: isSha(after) && !isZero(after) ? after : sha,
      before: comparable ? before : null,
      deleted: deleted === true,
    };
  }
  return eventName === 'schedule' ? { kind: 'schedule' } : { kind: 'other' };
}

/**
 * Whether anybody can read the workflow's repository, and so its logs, summaries and comments; null where the event does not say. An
 * internal repository of an enterprise is private to GitHub.
 */
export function readIsPublic({ eventFile }: RunnerEnvironment): boolean | null {
  const isPrivate = child(readEvent(eventFile), 'repository')?.private;
  return typeof isPrivate === 'boolean' ? !isPrivate : null;
}

type Json = Record<string, unknown>;

function child(parent: Json | undefined, name: string): Json | undefined {
  const value = parent?.[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function readEvent(file: string | null): Json | undefined {
  if (file === null) return undefined;
  try {
    return child({ event: JSON.parse(readFileSync(file, 'utf8')) }, 'event');
  } catch {
    // An event without a payload is one that says nothing.
    return undefined;
  }
}
