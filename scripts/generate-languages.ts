import { join, resolve } from 'node:path';
import * as linguist from 'linguist-languages';
import { writeGenerated } from './write-generated.ts';

/**
 * Generates a small file with the part of linguist's data that the analyzer uses, because importing all of it takes a quarter of a second.
 * `--check` only compares.
 */
const languages = Object.values(linguist)
  .map(({ name, type, group, extensions = [], filenames = [], interpreters = [] }: linguist.Language) => ({
    name,
    type,
    ...(group === undefined ? {} : { group }),
    extensions: [...extensions],
    filenames: [...filenames],
    interpreters: [...interpreters],
  }))
  .filter(({ extensions, filenames, interpreters }) => extensions.length + filenames.length + interpreters.length > 0)
  .sort((a, b) => (a.name < b.name ? -1 : 1));

const lines = languages.map((language) => `  ${JSON.stringify(language)}`).join(',\n');
await writeGenerated(
  join(resolve(import.meta.dirname, '..'), 'packages/analyzer/src/languages/generated/linguist.json'),
  `[\n${lines}\n]\n`,
  'npm run generate',
);
