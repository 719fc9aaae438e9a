import { ecosystemOf } from '../ecosystems.ts';
import type { AdvisoryRecord } from '../osv/advisory-record.ts';

/** Of all records that affect anything: room for a few that were spoiled. */
const NEARLY_ALL = 0.999;

/**
 * Of which ecosystems a zip has everything. OSV's zip of PyPI also has records that affect npm, but only those that affect PyPI as well:
 * a database of npm made of them would lack nearly all of it, and replace one that does not.
 */
export class EcosystemTally {
  readonly #records = new Map<string, number>();
  #total = 0;

  get ecosystems(): Iterable<string> {
    return this.#records.keys();
  }

  add({ ecosystems }: AdvisoryRecord): void {
    // Withdrawn ones may affect nothing any more.
    if (ecosystems.size === 0) return;
    this.#total += 1;
    for (const ecosystem of ecosystems) this.#records.set(ecosystem, (this.#records.get(ecosystem) ?? 0) + 1);
  }

  complete(): string[] {
    const known = [...this.#records].filter(([ecosystem]) => ecosystemOf(ecosystem) !== undefined);
    const common = known.filter(([, records]) => records >= NEARLY_ALL * this.#total);
    return (common.length > 0 ? common : known).map(([ecosystem]) => ecosystem);
  }
}
