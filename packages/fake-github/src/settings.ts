/** The most characters (Unicode code points) that GitHub accepts. */
export interface TextLimits {
  title: number;
  body: number;
  label: number;
}

export const defaultTextLimits: Readonly<TextLimits> = { title: 256, body: 65_536, label: 50 };

/** Behaviors that differ between versions of GitHub. They can be changed at any time. */
export interface Settings {
  /** Default: those of github.com. An Enterprise Server may have others. */
  readonly limits: TextLimits;
  /**
   * What creating or patching an issue does with assignees who cannot be assigned: `drop` leaves them out, as the
   * add-assignees endpoint always does and the documentation says; `reject` answers 422 (field `assignees`, code
   * `invalid`), as has been reported of github.com.
   */
  unassignable: 'drop' | 'reject';
  /** Default false: true leaves the key `state_reason` out of REST and webhooks, as old GitHub Enterprise Servers do. */
  omitStateReason: boolean;
  /** Status of redirects of writes under a former name or number; default 301. Reads are always redirected with 301. */
  writeRedirect: 301 | 307;
}
