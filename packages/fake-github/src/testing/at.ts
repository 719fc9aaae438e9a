/**
 * What stands at a path of parsed JSON, such as `labels.0.name`; `*` stands for every element of a list. Undefined when
 * the path leads nowhere.
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
