import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ReportLinkMode } from './analysis-request.ts';

/** A job and what the links to its report are signed with; null: it has no link. */
export interface LinkedJob {
  id: number;
  report_link_nonce: string | null;
}

/** Addresses of reports: those that need a token, and links that open a report in a browser without one, for 30 days. */
export interface ReportLinks {
  /** An absolute URL: the job's link or, where it has none, the address that needs a token. It is the same for all of a day. */
  urlOf(job: LinkedJob, now: Date): string;
  /** When a link that is made now ends. */
  endOf(now: Date): Date;
  /** Verifies the query of a request for this job's report. */
  check(job: LinkedJob, query: SignedQuery, now: Date): 'valid' | 'expired' | 'invalid';
}

export interface SignedQuery {
  /** Unix seconds. */
  expires: number;
  /** HMAC-SHA256 in base64url. */
  signature: string;
}

const DAY_S = 86_400;
const VALID_DAYS = 30;

/**
 * @param key of this installation, so that links outlive restarts and hold on every process
 * @param publicUrl without a slash at its end
 */
export function createReportLinks(key: Buffer, publicUrl: string): ReportLinks {
  const sign = (jobId: number, nonce: string, expires: number): Buffer =>
    createHmac('sha256', key)
      .update(['report.html', jobId, expires, ...(nonce === '' ? [] : [nonce])].join('\n'))
      .digest();
  const expiresAt = (now: Date): number => (Math.floor(now.getTime() / 1000 / DAY_S) + VALID_DAYS + 1) * DAY_S;
  return {
    urlOf({ id, report_link_nonce: nonce }, now) {
      const address = `${publicUrl}/api/v1/jobs/${id}/report.html`;
      if (nonce === null) return address;
      const expires = expiresAt(now);
      return `${address}?expires=${expires}&signature=${sign(id, nonce, expires).toString('base64url')}`;
    },
    endOf: (now) => new Date(expiresAt(now) * 1000),
    check({ id, report_link_nonce: nonce }, { expires, signature }, now) {
      if (nonce === null) return 'invalid';
      const given = Buffer.from(signature, 'base64url');
      const right = sign(id, nonce, expires);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return 'invalid';
      return expires * 1000 <= now.getTime() ? 'expired' : 'valid';
    },
  };
}

export const newReportLinkNonce = (): string => randomBytes(16).toString('base64url');

/**
 * Returns true when a completed analysis gets a report link. The places that show an analysis of a public repository (a check, a comment,
 * the log of a workflow) are public too, and a link there would let strangers read the findings.
 *
 * @param isPublic undefined when not known
 */
export const wantsReportLink = (mode: ReportLinkMode | undefined, isPublic: boolean | undefined): boolean =>
  mode === 'always' || (mode !== 'never' && isPublic !== true);
