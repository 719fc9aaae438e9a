/**
 * Returns the value at a path in parsed JSON, such as `labels.0.name`; `*` stands for every element of a list. Undefined if there is
 * nothing at the path.
 */
export function at(value: unknown, path: string): unknown {
  const [step = '', ...rest] = path.split('.');
  if (step === '*') {
    if (!Array.isArray(value)) return undefined;
    return rest.length === 0 ? value : value.map((element: unknown) => at(element, rest.join('.')));
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const next: unknown = Reflect.get(value, step);
  return rest.length === 0 ? next : at(next, rest.join('.'));
}
