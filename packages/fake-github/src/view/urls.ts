/** Base addresses of the links in GitHub's responses, without a trailing slash. */
export interface Urls {
  /** Base of links to the REST API, such as `https://api.github.com` or `https://ghe.example/api/v3`. */
  readonly api: string;
  /** Base of links to the web site, such as `https://github.com`. */
  readonly html: string;
}
