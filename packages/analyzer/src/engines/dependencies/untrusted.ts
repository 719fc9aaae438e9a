/**
 * Parsed manifests are somebody else's data: any value may be of any type, and names such as `__proto__` or `constructor` are
 * keys like others. So only own properties are read, and whatever has another type than expected is taken as absent.
 */

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const own = (value: unknown, key: string): unknown =>
  isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** A string that is not empty. */
export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const ownText = (value: unknown, key: string): string | null => text(own(value, key));

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const ownList = (value: unknown, key: string): readonly unknown[] => list(own(value, key));

export const entries = (value: unknown): [string, unknown][] => (isTable(value) ? Object.entries(value) : []);

/** Of a table with very many: each entry as a pair would take as much memory again. */
export const keys = (value: unknown): string[] => (isTable(value) ? Object.keys(value) : []);

export const ownEntries = (value: unknown, key: string): [string, unknown][] => entries(own(value, key));
