/** A value as JSON that `jsonb` and text take, whatever it came from. */
export const jsonText = (value: unknown): string => storableJson(JSON.stringify(value ?? null));

/**
 * Makes JSON that `JSON.stringify` has written storable: PostgreSQL has neither NUL nor half a surrogate pair, and text from a scanned
 * repository may hold both. They become U+FFFD.
 */
export const storableJson = (json: string): string =>
  // An escaped backslash is taken whole, so that what follows it is not mistaken for an escape.
  json.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (escaped) => (escaped === '\\\\' ? escaped : '\ufffd'));
