import { buffer } from 'node:stream/consumers';
import { pack as createPack, type Pack } from 'tar-stream';

export type HeaderArgument = Parameters<Pack['entry']>[0];

/** Builds a tar archive with any entries, also invalid ones. */
export async function pack(entries: readonly [header: HeaderArgument, content?: string | Buffer][]): Promise<Buffer> {
  const tar = createPack();
  for (const [header, content = ''] of entries) tar.entry(header, content);
  tar.finalize();
  return await buffer(tar as unknown as NodeJS.ReadableStream);
}
