import { readFileSync } from 'node:fs';
import type { RunnerEnvironment } from './environment.ts';

/** The event that started the workflow, reduced to what decides the analysis. */
export type Trigger =
  | {
      kind: 'pull_request';
      number: number;
      headSha: string;
      /** Commit id of the tip of the base branch. */
      baseSha: string;
      /** True for pull requests of forks, which get no secrets. */
      isFork: boolean;
    }
  | { kind: 'merge_group'; headSha: string; baseSha: string }
  | {
      kind: 'push';
      headSha: string;
      /** Id of the branch's previous commit; null if the branch is new or was force-pushed. */
      before: string | null;
      deleted: boolean;
    }
  | { kind: 'schedule' }
  /** `workflow_dispatch`, `release` and all other events, for which the checked-out commit is analyzed. */
  | { kind: 'other' };

const isSha = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(value);
const isZero = (sha: string): boolean => /^0+$/.test(sha);

/** Reads the event that started the workflow from its payload. Returns `other` for a missing payload or an unknown event. */
export function readTrigger({ eventFile, eventName, sha }: RunnerEnvironment): Trigger {
  const event = readEvent(eventFile);
  const pull = child(event, 'pull_request');
  const head = child(pull, 'head');
  const base = child(pull, 'base');
  if (typeof pull?.number === 'number' && isSha(head?.sha) && isSha(base?.sha)) {
    // The head has no repository if the fork was deleted in the meantime.
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
 * Returns true if anybody can read the workflow's repository, and so its logs, summaries and comments; null if the event does not say.
 * GitHub reports an internal repository of an enterprise as private.
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
    // Treat an unreadable payload like an unknown event.
    return undefined;
  }
}
