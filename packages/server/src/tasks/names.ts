/** Labels and logins are compared without case, as GitHub does. */
export const nameKey = (name: string): string => name.toLowerCase();

export const nameKeys = (names: readonly string[]): Set<string> => new Set(names.map(nameKey));

/** Without repetitions; the first spelling stays. */
export function uniqueNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => {
    const key = nameKey(name);
    return !seen.has(key) && seen.add(key);
  });
}

export function sameNames(left: readonly string[], right: readonly string[]): boolean {
  if (identicalLists(left, right)) return true;
  const keys = nameKeys(left);
  return keys.size === nameKeys(right).size && right.every((name) => keys.has(nameKey(name)));
}

/** The names of `names` that are not among `others`. */
export function namesWithout(names: readonly string[], others: readonly string[]): string[] {
  if (names.length === 0) return [];
  const keys = nameKeys(others);
  return names.filter((name) => !keys.has(nameKey(name)));
}

/** The names of `names` that are also among `others`. */
export function namesWithin(names: readonly string[], others: readonly string[]): string[] {
  const keys = nameKeys(others);
  return names.filter((name) => keys.has(nameKey(name)));
}

/** Equal to the letter and in order, which is the usual case and needs no sets. */
function identicalLists(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}
