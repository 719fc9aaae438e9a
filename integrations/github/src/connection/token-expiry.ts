const HEADER = 'github-authentication-token-expiration';

/**
 * Returns the expiry time of the token that the request used, null if it does not expire, or undefined if the response does not tell.
 * GitHub sends the header with every response to a personal token that expires:
 * https://github.blog/changelog/2021-07-26-expiration-options-for-personal-access-tokens/
 */
export function readTokenExpiry({ headers, ok, url }: Response): Date | null | undefined {
  const text = headers.get(HEADER);
  if (text !== null) return parseExpiry(text);
  // Without the header nothing is known if GitHub refused the token, and for GraphQL, where the header is not documented.
  return ok && !url.endsWith('/graphql') ? null : undefined;
}

/** Parses `2026-12-08 13:39:37 UTC` or `2026-12-08 19:06:26 -0700`. Returns undefined for any other text. */
function parseExpiry(text: string): Date | undefined {
  const [, day, time, sign, hours, minutes] =
    /^([1-9]\d{3}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:UTC|([+-])(\d\d)(\d\d))$/.exec(text.trim()) ?? [];
  if (day === undefined) return undefined;
  const expiresAt = new Date(`${day}T${time}${sign === undefined ? 'Z' : `${sign}${hours}:${minutes}`}`);
  return Number.isNaN(expiresAt.getTime()) ? undefined : expiresAt;
}
