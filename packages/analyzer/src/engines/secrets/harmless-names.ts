const words = (text: string): Set<string> => new Set(text.split(' '));

/** Words that mean a name does not hold a secret if they follow a keyword like `password`: `tokenUrl`, `password_field`, `secretName`. */
const ABOUT = words(
  'name names url urls uri uris path paths file files dir field fields type types id ids label labels hint hints regex regexp pattern patterns length len count counts limit limits ref refs prefix suffix hash hashed digest expiry expires expiration expired ttl endpoint endpoints policy policies format header headers class classname selector selectors col column columns param params parameter parameters prop props property attr attribute message messages msg error errors title titles text texts desc description version versions enabled required strength arn location locations provider providers manager store scope scopes audience issuer alg algorithm index kind kinds bytes size max min env var variable input output button page view screen template placeholder example mask status state mode usage model symbol map list checksum fingerprint comment link route event action node rule vault public reset forgot changed invalid used generated md5 sha1 sha256 sha512',
);

/** Words that mean a name does not hold a secret if they precede a keyword like `password`, as in `publicToken`. */
const HARMLESS = words(
  'public publishable csrf xsrf placeholder example sample dummy fake mock hash hashed encrypted sealed color design syntax css invalid expired wrong',
);

/** Words that mean a token is for pagination if they directly precede `token`, as in `nextToken`. */
const PAGING = words('next page continuation sync cursor resume');

const KEYWORD =
  /^(?:passwords?|passwd|passphrases?|pass(?=$|[^a-z])|secrets?|tokens?|(?:api|access|auth|account|private|encryption|signing|master)[_-]?keys?|credentials?|_?"?pwd)/;

/**
 * Returns whether a name with a keyword like `password` does not hold a secret. `before` is its part before the
 * keyword, `from` the rest.
 */
export function isHarmlessName(before: string, from: string): boolean {
  const prefix = wordsOf(before);
  if (prefix.some((word) => HARMLESS.has(word))) return true;
  if (/^token/i.test(from) && PAGING.has(prefix.at(-1) ?? '')) return true;
  return wordsOf(apart(from).replace(KEYWORD, '')).some((word) => ABOUT.has(word));
}

/** Splits a name into words: `dbPassword_old` has three. */
const wordsOf = (name: string): string[] =>
  apart(name)
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');

const apart = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
