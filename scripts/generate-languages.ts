import { join, resolve } from 'node:path';
import * as linguist from 'linguist-languages';
import { keepGenerated } from './keep-generated.ts';

/**
 * Writes what the analyzer needs of linguist's data as one small file: importing all of it takes a quarter of a second, which is more
 * than counting the lines of a thousand files. `--check` only compares.
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
await keepGenerated(
  join(resolve(import.meta.dirname, '..'), 'packages/analyzer/src/languages/generated/linguist.json'),
  `[\n${lines}\n]\n`,
  'npm run generate',
);
