/** Base addresses of the links in GitHub's responses, without a trailing slash. */
export interface Urls {
  /** Base of REST, such as `https://api.github.com` or `https://ghe.example/api/v3`. */
  readonly api: string;
  /** Base of the web site, such as `https://github.com`. */
  readonly html: string;
}
