import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifPresent } from '@commandcenter/embedded-postgres';

export interface Document {
  /** Name of the document in its address, such as `operations.md`. */
  name: string;
  title: string;
  text: string;
}

const REPOSITORY = join(import.meta.dirname, '../../../../..');

/** Reads the README and the Markdown files under `docs/`. Returns none of them when they were not installed. */
export async function readDocuments(repository: string = REPOSITORY): Promise<ReadonlyMap<string, Document>> {
  const docs = join(repository, 'docs');
  const names = (await ifPresent(readdir(docs, { recursive: true }))) ?? [];
  const paths = [
    { name: 'README.md', path: join(repository, 'README.md') },
    ...names.sort().map((name) => ({ name: name.replaceAll('\\', '/'), path: join(docs, name) })),
  ].filter(({ name }) => name.endsWith('.md'));
  const documents = await Promise.all(
    paths.map(async ({ name, path }): Promise<Document | undefined> => {
      const text = await ifPresent(readFile(path, 'utf8'));
      if (text === undefined) return undefined;
      return { name, text, title: /^#\s+(.+)$/m.exec(text)?.[1] ?? name };
    }),
  );
  return new Map(documents.flatMap((document) => (document === undefined ? [] : [[document.name, document]])));
}
