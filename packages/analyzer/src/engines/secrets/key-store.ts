/** Binary formats that store private keys, by file name and first bytes. */
const stores: readonly { name: RegExp; begins(bytes: Buffer): boolean }[] = [
  // PKCS #12: a DER sequence with version 3. https://www.rfc-editor.org/rfc/rfc7292
  {
    name: /\.(?:p12|pfx|pkcs12)$/i,
    begins: (bytes) => bytes[0] === 0x30 && bytes.subarray(0, 8).includes(Buffer.from([2, 1, 3])),
  },
  // Java key stores:
  // https://docs.oracle.com/javase/8/docs/technotes/guides/security/crypto/CryptoSpec.html#KeystoreImplementation
  { name: /\.(?:jks|keystore|jceks)$/i, begins: (bytes) => [0xfeedfeed, 0xcececece].includes(bytes.readUInt32BE(0)) },
  // KeePass: https://keepass.info/help/kb/kdbx.html
  { name: /\.kdbx?$/i, begins: (bytes) => bytes.readUInt32LE(0) === 0x9aa2d903 },
  // PKCS #8 and PKCS #1 in DER: a sequence that begins with version 0.
  {
    name: /\.(?:der|key|pk8)$/i,
    begins: (bytes) => bytes[0] === 0x30 && bytes.subarray(0, 8).includes(Buffer.from([2, 1, 0])),
  },
];

const MIN_SIZE = 40;

/**
 * Returns whether a file stores private keys in a binary format. Trust stores do not count, because they hold public
 * certificates only.
 */
export function isKeyStore(name: string, bytes: Buffer): boolean {
  if (bytes.length < MIN_SIZE || /trust|cacert/i.test(name)) return false;
  return stores.some((store) => store.name.test(name) && store.begins(bytes));
}
