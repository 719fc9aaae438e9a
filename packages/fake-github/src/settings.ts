/** The largest number of characters (Unicode code points) that GitHub accepts. */
export interface TextLimits {
  title: number;
  body: number;
  label: number;
}

export const defaultTextLimits: Readonly<TextLimits> = { title: 256, body: 65_536, label: 50 };

/** Behavior that differs between versions of GitHub. Tests can change it at any time. */
export interface Settings {
  /** Default: the limits of github.com. An Enterprise Server may have others. */
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

/** GitHub counts characters like Ruby: as Unicode code points, not as UTF-16 units. */
export const countCharacters = (text: string): number => [...text].length;
