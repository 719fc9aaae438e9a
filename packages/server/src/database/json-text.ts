/**
 * Returns a value as JSON that PostgreSQL can store as `jsonb` or text. NUL and unpaired surrogates, which text of a scanned repository
 * may contain and PostgreSQL refuses, become U+FFFD.
 */
export const jsonText = (value: unknown): string =>
  // Match an escaped backslash as a whole, so that the text after it is not mistaken for an escape.
  JSON.stringify(value ?? null).replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (escaped) =>
    escaped === '\\\\' ? escaped : '\ufffd',
  );
