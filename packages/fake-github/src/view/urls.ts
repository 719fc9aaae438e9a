/** The two bases that GitHub's answers are full of, without a slash at the end. */
export interface Urls {
  /** REST, e.g. `https://api.github.com` or `https://ghe.example/api/v3`. */
  readonly api: string;
  /** What people open, e.g. `https://github.com`. */
  readonly html: string;
}
