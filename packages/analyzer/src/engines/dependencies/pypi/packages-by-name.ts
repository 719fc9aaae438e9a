/**
 * Maximum number of versions of one package that are kept. Lockfiles may have several, for example for several Python versions, but far
 * fewer than this.
 */
const limit = 20;

/** Indices of packages by name, or by another key that the lockfile uses. */
export class PackagesByName {
  readonly #indices = new Map<string, number[]>();

  add(name: string, index: number): void {
    const known = this.#indices.get(name);
    if (known === undefined) this.#indices.set(name, [index]);
    else if (known.length < limit && !known.includes(index)) known.push(index);
  }

  find(name: string): readonly number[] {
    return this.#indices.get(name) ?? [];
  }
}
