import type { ServerResponse } from 'node:http';

const PACK_HEADER = Buffer.from('PACK\0\0\0\x02\0\0\0\x01', 'latin1');
/** Header of a blob of 2 GB, and the beginning of a zlib stream. */
const BLOB_HEADER = Buffer.from([0xb0, 0x80, 0x80, 0x80, 0x80, 0x01, 0x78, 0x01]);
/** A stored (uncompressed) deflate block of 64 KiB, which is sent again and again. */
const BLOCK = Buffer.concat([Buffer.from([0, 0xff, 0xff, 0, 0]), Buffer.alloc(65_535)]);
const MAX_LINE_LENGTH = 32_000;

/**
 * Sends an endless pack, as a malicious server could: https://git-scm.com/docs/protocol-v2 and
 * https://git-scm.com/docs/pack-format
 */
export function sendEndlessPack(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
  response.write(packetLine(Buffer.from('packfile\n')));
  for (const bytes of [PACK_HEADER, BLOB_HEADER]) response.write(inBand(bytes));
  const block = Buffer.concat(
    [0, MAX_LINE_LENGTH, 2 * MAX_LINE_LENGTH].map((at) => inBand(BLOCK.subarray(at, at + MAX_LINE_LENGTH))),
  );
  const more = (): void => {
    while (!response.destroyed) if (!response.write(block)) break;
    response.once('drain', more);
  };
  more();
}

const inBand = (bytes: Buffer): Buffer => packetLine(Buffer.concat([Buffer.from([1]), bytes]));

const packetLine = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
