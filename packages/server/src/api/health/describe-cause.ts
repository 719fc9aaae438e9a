import pg from 'pg';
import { isDatabaseAway } from '../../database/database-away.ts';
import { NoResponseError } from './within.ts';

/** SQLSTATEs in words: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const WORDS: Readonly<Record<string, string>> = {
  '25006': 'it is read-only',
  '28P01': 'it refuses the password',
  '28000': 'it refuses this user',
  '3D000': 'it does not have this database',
  '42501': 'this user may not write',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '53300': 'it has too many connections',
  '57014': 'it ended the statement, which took too long',
  '57P01': 'it is shutting down',
  '57P02': 'it restarts after a crash',
  '57P03': 'it is starting or shutting down',
};

/**
 * The cause of a failure in one sentence, made of codes and our own words: the error's own text can name hosts, users and paths, which
 * only the log may have.
 */
export function describeCause(error: unknown): string {
  if (error instanceof NoResponseError || (error instanceof DOMException && error.name === 'TimeoutError'))
    return 'There was no response in time.';
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (error instanceof pg.DatabaseError) {
    const words = WORDS[code ?? ''];
    return `PostgreSQL reports SQLSTATE ${code ?? 'unknown'}${words === undefined ? '' : `: ${words}`}.`;
  }
  if (code !== undefined && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return `It cannot be reached: ${code}.`;
  if (isDatabaseAway(error)) return 'The connection was lost or not made in time.';
  return `It failed with ${error instanceof Error ? error.name : 'an unknown error'}.`;
}
