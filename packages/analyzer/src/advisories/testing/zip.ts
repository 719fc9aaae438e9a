import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  bytes: Buffer;
  /** False size or checksum to write into the zip's headers instead of the entry's real one. */
  claims?: { size?: number; crc32?: number };
  stored?: boolean;
}

/** Builds a zip file with at most 65,535 entries: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, claims = {}, stored = false } of entries) {
    const packed = stored ? bytes : deflateRawSync(bytes);
    const path = Buffer.from(name);
    // The 26 bytes from the version to the length of the extra field, which a zip's local header and directory entry share.
    const described = Buffer.alloc(26);
    described.writeUInt16LE(20, 0);
    described.writeUInt16LE(stored ? 0 : 8, 4);
    described.writeUInt32LE(claims.crc32 ?? crc32(bytes), 10);
    described.writeUInt32LE(packed.length, 14);
    described.writeUInt32LE(claims.size ?? bytes.length, 18);
    described.writeUInt16LE(path.length, 22);
    files.push(Buffer.from('PK\x03\x04'), described, path, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0'), described, rest, path);
    offset += 30 + path.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}
