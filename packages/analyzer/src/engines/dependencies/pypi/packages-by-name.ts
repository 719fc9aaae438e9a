/**
 * A lockfile may have several versions of one package, for example for several Python versions. Real ones have far
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
