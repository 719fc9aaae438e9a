import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { AdvisoryRecord, PackageRecord } from '../osv/advisory-record.ts';
import { BLOCK_LIMIT, BLOCKS, blockOf } from './database-format.ts';

/** Characters to keep uncompressed in memory before they are compressed. */
const PENDING_LIMIT = 32 * 1024 ** 2;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

interface Block {
  /** Records that are not compressed yet: alternating a package name and a record, both as JSON. */
  pending: string[];
  packed: Buffer[];
}

/**
 * Collects the records of an import by ecosystem and block. It compresses them in memory: about 100 MB per million
 * records.
 */
export class RecordCollector {
  readonly #blocks = new Map<string, Block[]>();
  /** Latest modification time of each record, by id: an older copy of a record elsewhere in the import is ignored. */
  readonly #newest = new Map<string, number>();
  #pending = 0;

  add({ id, modified, packages }: AdvisoryRecord): void {
    this.#newest.set(id, Math.max(this.#newest.get(id) ?? 0, timeOf(modified)));
    for (const { ecosystem, name, record } of packages) {
      const text = JSON.stringify(record);
      const block = this.#blocksOf(ecosystem)[blockOf(name)];
      block?.pending.push(JSON.stringify(name), text);
      this.#pending += text.length;
    }
    if (this.#pending > PENDING_LIMIT) this.#pack();
  }

  /** Returns the records of each package in a block, by package name, without withdrawn and outdated records. */
  packagesOf(ecosystem: string, block: number): Map<string, PackageRecord[]> {
    const { pending, packed } = this.#blocks.get(ecosystem)?.[block] ?? { pending: [], packed: [] };
    const unpacked = packed.flatMap((bytes) =>
      zstdDecompressSync(bytes, { maxOutputLength: BLOCK_LIMIT }).toString('utf8').split('\n'),
    );
    const lines = [...unpacked, ...pending];
    const records = new Map<string, Map<string, PackageRecord>>();
    for (let at = 0; at < lines.length; at += 2) {
      const name: string = JSON.parse(lines[at] ?? '""');
      const record: PackageRecord = JSON.parse(lines[at + 1] ?? 'null');
      if (record.withdrawn || timeOf(record.modified) < (this.#newest.get(record.id) ?? 0)) continue;
      const existing = records.get(name) ?? new Map<string, PackageRecord>();
      records.set(name, existing.set(record.id, record));
    }
    return new Map([...records].map(([name, byId]) => [name, [...byId.values()]]));
  }

  #blocksOf(ecosystem: string): Block[] {
    const existing = this.#blocks.get(ecosystem);
    if (existing !== undefined) return existing;
    const blocks = Array.from({ length: BLOCKS }, () => ({ pending: [], packed: [] }));
    this.#blocks.set(ecosystem, blocks);
    return blocks;
  }

  #pack(): void {
    for (const block of [...this.#blocks.values()].flat()) {
      if (block.pending.length === 0) continue;
      block.packed.push(zstdCompressSync(block.pending.join('\n'), FAST));
      block.pending = [];
    }
    this.#pending = 0;
  }
}

/** Converts a record's modification date to milliseconds since 1970; returns 0 if the text is not a date. */
export const timeOf = (modified: string): number => Date.parse(modified) || 0;
