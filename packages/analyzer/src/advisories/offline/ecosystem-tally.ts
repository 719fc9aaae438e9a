import { ecosystemOf } from '../ecosystems.ts';
import type { AdvisoryRecord } from '../osv/advisory-record.ts';

/**
 * Share of records that must affect an ecosystem for it to count as complete. It is below 1 because a few records may
 * be damaged.
 */
const NEARLY_ALL = 0.999;

/**
 * Decides which ecosystems a zip covers completely. OSV's zip for PyPI also contains records that affect npm, but only
 * those that affect PyPI too: an npm database built from them would miss nearly all advisories and replace a complete
 * one.
 */
export class EcosystemTally {
  readonly #records = new Map<string, number>();
  #total = 0;

  get ecosystems(): Iterable<string> {
    return this.#records.keys();
  }

  add({ ecosystems }: AdvisoryRecord): void {
    // Do not count a record that affects no package, such as a withdrawn one.
    if (ecosystems.size === 0) return;
    this.#total += 1;
    for (const ecosystem of ecosystems) this.#records.set(ecosystem, (this.#records.get(ecosystem) ?? 0) + 1);
  }

  complete(): string[] {
    const supported = [...this.#records].filter(([ecosystem]) => ecosystemOf(ecosystem) !== undefined);
    const common = supported.filter(([, records]) => records >= NEARLY_ALL * this.#total);
    return (common.length > 0 ? common : supported).map(([ecosystem]) => ecosystem);
  }
}
