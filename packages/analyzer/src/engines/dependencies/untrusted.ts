/**
 * Parsed manifests are untrusted: any value may have any type, and names such as `__proto__` or `constructor` are
 * ordinary keys. Therefore only own properties are read, and a value of an unexpected type counts as absent.
 */

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const own = (value: unknown, key: string): unknown =>
  isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** Returns the value if it is a non-empty string, otherwise null. */
export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const ownText = (value: unknown, key: string): string | null => text(own(value, key));

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const ownList = (value: unknown, key: string): readonly unknown[] => list(own(value, key));

export const entries = (value: unknown): [string, unknown][] => (isTable(value) ? Object.entries(value) : []);

/** Returns only the keys, because pairs of a very large table would double its memory. */
export const keys = (value: unknown): string[] => (isTable(value) ? Object.keys(value) : []);

export const ownEntries = (value: unknown, key: string): [string, unknown][] => entries(own(value, key));
