import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  const names = existsSync(docs) ? await readdir(docs, { recursive: true }) : [];
  const paths = [
    { name: 'README.md', path: join(repository, 'README.md') },
    ...names.sort().map((name) => ({ name: name.replaceAll('\\', '/'), path: join(docs, name) })),
  ].filter(({ name, path }) => name.endsWith('.md') && existsSync(path));
  const documents = await Promise.all(
    paths.map(async ({ name, path }): Promise<Document> => {
      const text = await readFile(path, 'utf8');
      return { name, text, title: /^#\s+(.+)$/m.exec(text)?.[1] ?? name };
    }),
  );
  return new Map(documents.map((document) => [document.name, document]));
}
