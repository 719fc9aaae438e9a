import { createHmac, timingSafeEqual } from 'node:crypto';

/** Links that open a report in a browser without a token, for 30 days. */
export interface ReportLinks {
  /** An absolute URL. It is the same for all of a day, so that what shows it does not change whenever it is read. */
  link(jobId: number, now: Date): string;
  /** Whether the query of a request is that of a link to this job's report. */
  check(jobId: number, query: SignedQuery, now: Date): 'valid' | 'expired' | 'invalid';
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
  const sign = (jobId: number, expires: number): Buffer =>
    createHmac('sha256', key).update(`report.html\n${jobId}\n${expires}`).digest();
  return {
    link(jobId, now) {
      const expires = (Math.floor(now.getTime() / 1000 / DAY_S) + VALID_DAYS + 1) * DAY_S;
      const signature = sign(jobId, expires).toString('base64url');
      return `${publicUrl}/api/v1/jobs/${jobId}/report.html?expires=${expires}&signature=${signature}`;
    },
    check(jobId, { expires, signature }, now) {
      const given = Buffer.from(signature, 'base64url');
      const right = sign(jobId, expires);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return 'invalid';
      return expires * 1000 <= now.getTime() ? 'expired' : 'valid';
    },
  };
}
