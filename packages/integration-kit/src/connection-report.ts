import type { ExternalAccount } from './external-item.ts';

/** Result of a successful connection test. */
export interface ConnectionReport {
  /** Message for people, such as `Signed in as octocat.` */
  message: string;
  /** The account that the credential belongs to; null if it belongs to none. */
  account: ExternalAccount | null;
  /** Permissions that the credential lacks for a part of the integration's work, as the provider names them: `admin:repo_hook`. */
  scopesMissing: string[];
}
