/** One name has several versions in a lockfile for several versions of Python, say; more than so many are made up. */
const limit = 20;

/** Indices of packages by name, or by whatever else a lockfile calls them. */
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
