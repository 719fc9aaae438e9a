/** Returns the key by which a label or login is compared. Letter case does not matter, as on GitHub. */
export const nameKey = (name: string): string => name.toLowerCase();

export const nameKeys = (names: readonly string[]): Set<string> => new Set(names.map(nameKey));

/** Returns the names without repetitions. The first spelling of a name stays. */
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

/** Returns those of `names` that are not among `others`, whatever their letter case. */
export function namesWithout(names: readonly string[], others: readonly string[]): string[] {
  if (names.length === 0) return [];
  const keys = nameKeys(others);
  return names.filter((name) => !keys.has(nameKey(name)));
}

/** Returns those of `names` that are also among `others`, whatever their letter case. */
export function namesWithin(names: readonly string[], others: readonly string[]): string[] {
  const keys = nameKeys(others);
  return names.filter((name) => keys.has(nameKey(name)));
}

/** Returns true if two lists are equal to the letter and in order. This is the usual case, and needs no sets. */
function identicalLists(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}
