import type { FileInspector } from '../../engine.ts';
import { isMinified } from '../../syntax/is-minified.ts';
import { readCodeLines } from './code-lines.ts';

export type FileCode =
  | {
      lines: number;
      /** Compact code lines of the file (`CodeLines.records`) in base64. */
      code: string;
    }
  | { skipped: string; harmless: boolean };

const SIZE_LIMIT = 1024 ** 2;
/**
 * Maximum file size in bytes for reading. It is larger than `SIZE_LIMIT`, because large files must be read to find out whether they are
 * minified.
 */
const PASS_LIMIT = 64 * 1024 ** 2;

/** Programming languages that are searched for duplicated code, by linguist's names. */
const languages = new Set([
  ...['C', 'C#', 'C++', 'Clojure', 'CoffeeScript', 'Crystal', 'Cuda', 'D', 'Dart', 'Elixir', 'Elm', 'Erlang', 'F#'],
  ...['Fortran', 'Go', 'Groovy', 'Haskell', 'HCL', 'Java', 'JavaScript', 'Julia', 'Kotlin', 'Less', 'Lua', 'Nim'],
  ...['Objective-C', 'Objective-C++', 'OCaml', 'Perl', 'PHP', 'PowerShell', 'Python', 'R', 'Ruby', 'Rust', 'Scala'],
  ...['SCSS', 'Shell', 'Solidity', 'Svelte', 'Swift', 'Terraform', 'TSX', 'TypeScript', 'Vue', 'Zig'],
]);

const HEADER = 1500;
const GENERATED = /@generated\b|\bgenerated (?:by|from|with|code)\b|\bauto-?generated\b|\bdo not (?:edit|modify)\b/i;

export const duplicationInspector: FileInspector<FileCode> = {
  name: 'duplication',
  version: '1',
  depth: 'standard',
  sizeLimit: PASS_LIMIT,
  // Also select files without an extension, because their first line may name their language.
  wants: ({ path, language }) => (language === null ? !/\.[^/]*$/.test(path) : languages.has(language)),
  inspect({ bytes, language }) {
    if (language === null || !languages.has(language)) return undefined;
    if (isMinified(bytes)) return { skipped: 'minified', harmless: true };
    if (GENERATED.test(bytes.toString('latin1', 0, HEADER))) {
      return { skipped: 'generated, as its beginning says', harmless: true };
    }
    if (bytes.length > SIZE_LIMIT) {
      return { skipped: `larger than the ${SIZE_LIMIT} bytes that are looked at`, harmless: false };
    }
    const { lines, records } = readCodeLines(bytes, language);
    return { lines, code: records.toString('base64') };
  },
};
