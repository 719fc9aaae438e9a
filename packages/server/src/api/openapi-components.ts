/** A plain JSON object. */
export interface Json {
  [key: string]: unknown;
}

const COMPONENT_NAME = /^[A-Z]\w*$/;

/**
 * Returns a copy of a schema as plain JSON. Every part with a name such as `title: 'Task'` is moved to `components` and replaced by a
 * reference.
 */
export function liftComponents(schema: unknown, components: Json): Json {
  return lift(JSON.parse(JSON.stringify(schema)), components) as Json;
}

function lift(value: unknown, components: Json): unknown {
  if (Array.isArray(value)) return value.map((entry) => lift(entry, components));
  if (typeof value !== 'object' || value === null) return value;
  const { title } = value as { title?: unknown };
  const lifted = Object.fromEntries(
    // Examples and defaults are data: a field `title` in them does not name a schema.
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'examples' || key === 'default' ? member : lift(member, components),
    ]),
  );
  delete lifted['x-expected'];
  dropRequiredDefaults(lifted);
  if (typeof title !== 'string' || !COMPONENT_NAME.test(title) || !isSchema(lifted)) return lifted;
  const known = components[title];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(lifted)) {
    throw new Error(`Two different schemas are called ${title}`);
  }
  components[title] = lifted;
  return { $ref: `#/components/schemas/${title}` };
}

/** Returns true for a schema with a title, and false for a list of properties in which one property is called `title`. */
const isSchema = (value: Json): boolean => typeof value.title === 'string';

/**
 * Removes properties with a default from `required`, because callers may omit them. TypeBox lists them as required, because a validated
 * value has them.
 */
function dropRequiredDefaults(schema: Json): void {
  const { required, properties } = schema as { required?: unknown; properties?: Record<string, object> };
  if (!Array.isArray(required) || properties === undefined) return;
  const needed = required.filter((name: string) => !('default' in (properties[name] ?? {})));
  if (needed.length === 0) delete schema.required;
  else schema.required = needed;
}
