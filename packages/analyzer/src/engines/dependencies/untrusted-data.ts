/**
 * Parsed manifests are untrusted: any value may have any type, and names such as `__proto__` or `constructor` are
 * ordinary keys. Therefore only own properties are read, and a value of an unexpected type counts as absent.
 */

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const getProperty = (value: unknown, key: string): unknown =>
  isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** Returns the value if it is a non-empty string, otherwise null. */
export const asText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const getText = (value: unknown, key: string): string | null => asText(getProperty(value, key));

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const getList = (value: unknown, key: string): readonly unknown[] => asList(getProperty(value, key));

export const entriesOf = (value: unknown): [string, unknown][] => (isTable(value) ? Object.entries(value) : []);

/** Returns only the keys of a table, because key and value pairs of a very large table would double its memory. */
export const keysOf = (value: unknown): string[] => (isTable(value) ? Object.keys(value) : []);

export const getEntries = (value: unknown, key: string): [string, unknown][] => entriesOf(getProperty(value, key));
