/** The largest numbers of characters (Unicode code points) that GitHub accepts in texts. */
export interface TextLimits {
  title: number;
  body: number;
  label: number;
}

export const defaultTextLimits: Readonly<TextLimits> = { title: 256, body: 65_536, label: 50 };

/** Behavior that differs between versions of GitHub. Tests can change it at any time. */
export interface Settings {
  /** Limits of texts. Default: those of github.com. An Enterprise Server may have others. */
  readonly limits: TextLimits;
  /**
   * Decides how creating or updating an issue treats assignees who cannot be assigned. `drop` leaves them out, as the documentation says
   * and as the endpoint for adding assignees always does. `reject` responds with 422 (field `assignees`, code `invalid`), as has been
   * observed on github.com.
   */
  unassignable: 'drop' | 'reject';
  /** If true, `state_reason` is absent from REST and webhooks, as on old GitHub Enterprise Servers. Default: false. */
  omitStateReason: boolean;
  /** Status of redirects of writes to a former name or number; default 301. Reads are always redirected with 301. */
  writeRedirect: 301 | 307;
}

/** Counts characters as GitHub does: Unicode code points, not UTF-16 units. */
export const countCharacters = (text: string): number => [...text].length;
