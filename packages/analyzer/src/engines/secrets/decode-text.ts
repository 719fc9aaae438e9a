const BINARY_PROBE = 8000;

/**
 * Returns the bytes of a text file, with UTF-16 converted to UTF-8; undefined for binary files. UTF-16 needs a byte
 * order mark to be recognized.
 */
export function textBytes(bytes: Buffer): Buffer | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(bytes.toString('utf16le', 2));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const pairs = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return Buffer.from(Buffer.from(pairs).swap16().toString('utf16le'));
  }
  return bytes.subarray(0, BINARY_PROBE).includes(0) ? undefined : bytes;
}
