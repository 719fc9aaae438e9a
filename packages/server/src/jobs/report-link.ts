import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ReportLinkMode } from './analysis-request.ts';

/** A job with the nonce that its report links are signed with. The nonce is null when the job has no link. */
export interface LinkedJob {
  id: number;
  report_link_nonce: string | null;
}

/**
 * Creates and verifies addresses of reports: those that need a token, and links that open a report in a browser without a token for 30
 * days.
 */
export interface ReportLinks {
  /**
   * Returns the absolute URL of the job's report link or, when the job has no link, of the address that needs a token. The link is the
   * same for a whole day.
   */
  urlOf(job: LinkedJob, now: Date): string;
  /** Returns the time at which a link that is created now expires. */
  endOf(now: Date): Date;
  /** Verifies the signature and expiry in the query of a request for this job's report. */
  check(job: LinkedJob, query: SignedQuery, now: Date): 'valid' | 'expired' | 'invalid';
}

export interface SignedQuery {
  /** Expiry of the link in Unix seconds. */
  expires: number;
  /** Signature of the link, HMAC-SHA256 in base64url. */
  signature: string;
}

const DAY_S = 86_400;
const VALID_DAYS = 30;

/**
 * Creates the report links of this installation.
 *
 * @param key secret of the installation, so that links survive restarts and are valid in every process
 * @param publicUrl public address of this server, without a slash at the end
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
 * Returns true when a completed analysis gets a report link. Places that show an analysis of a public repository (a check run, a comment,
 * the log of a workflow) are public too, so that a link there would let strangers read the findings.
 *
 * @param isPublic undefined when it is not known whether the repository is public
 */
export const wantsReportLink = (mode: ReportLinkMode | undefined, isPublic: boolean | undefined): boolean =>
  mode === 'always' || (mode !== 'never' && isPublic !== true);
