import type { ExternalAccount } from './external-item.ts';

/** What a passed connection test found out. */
export interface ConnectionReport {
  /** For people: `Signed in as octocat.` */
  message: string;
  /** Who the credential is. */
  account: ExternalAccount | null;
  /** What the credential lacks for some of our work, in the other side's own words: `admin:repo_hook`. */
  scopesMissing: string[];
}
