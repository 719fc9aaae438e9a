const WHOLE_NUMBER = /^-?(0|[1-9]\d*)$/;
const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/**
 * Converts the texts of a path, a query or headers to the types of their schema, in place. A whole number must be written in decimal
 * digits, so that an object has one address and none such as `0x1`, `1e0`, `+1` or `1.0`. A text that cannot be converted stays text,
 * which the schema refuses.
 */
export function convertAddress(schema: object, values: unknown): void {
  const { properties = {} } = schema as { properties?: Record<string, { type?: unknown }> };
  const texts = values as Record<string, unknown>;
  for (const [name, { type }] of Object.entries(properties)) {
    const text = texts[name];
    if (typeof text !== 'string') continue;
    if (type === 'integer' && WHOLE_NUMBER.test(text)) texts[name] = Number(text);
    if (type === 'boolean') texts[name] = BOOLEANS.get(text) ?? text;
  }
}
