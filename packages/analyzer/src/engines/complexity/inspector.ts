import type { QueryMatch } from '@vscode/tree-sitter-wasm';
import type { FileInspector } from '../../engine.ts';
import { isMinified } from '../../syntax/is-minified.ts';
import { matchSyntax } from '../../syntax/match-syntax.ts';
import { complexityLanguages } from './languages/languages.ts';
import { type FunctionComplexity, measureFunctions } from './measure-functions.ts';

export type FileComplexity =
  | {
      functions: FunctionComplexity[];
      /** Number of places in the file with a syntax error; absent if there is none. */
      errors?: number;
      /** Number of functions beyond the limit, which are not listed; absent if all functions are listed. */
      more?: number;
    }
  | { skipped: string; harmless: boolean };

const SIZE_LIMIT = 1024 ** 2;
/**
 * Maximum file size in bytes for reading. It is larger than `SIZE_LIMIT`, because large files must be read to find out whether they are
 * minified.
 */
const PASS_LIMIT = 64 * 1024 ** 2;
const MAX_FUNCTIONS = 5000;
/** Share of a file that may have syntax errors before the whole file is skipped. */
const MAX_ERROR_SHARE = 0.5;

export const complexityInspector: FileInspector<FileComplexity> = {
  name: 'complexity',
  version: '1',
  depth: 'standard',
  sizeLimit: PASS_LIMIT,
  // Skip TypeScript declarations, which have no function bodies. Take files without an extension, whose first line may
  // name their language.
  wants: ({ path, language }) =>
    language === null ? !/\.[^/]*$/.test(path) : complexityLanguages.has(language) && !/\.d\.[cm]?ts$/.test(path),
  async inspect({ bytes, language, text }) {
    const syntax = complexityLanguages.get(language ?? '');
    if (syntax === undefined) return undefined;
    if (isMinified(bytes)) return { skipped: 'minified', harmless: true };
    if (bytes.length > SIZE_LIMIT) {
      return { skipped: `larger than the ${SIZE_LIMIT} bytes that are looked at`, harmless: false };
    }
    const source = text();
    return await matchSyntax(syntax, source, (matches, root): FileComplexity => {
      const { errors, unread } = root.hasError ? readErrors(matches) : { errors: 0, unread: 0 };
      if (unread > source.length * MAX_ERROR_SHARE) return { skipped: 'its syntax is not understood', harmless: true };
      const functions = measureFunctions(matches, source);
      return {
        functions: functions.slice(0, MAX_FUNCTIONS),
        ...(errors > 0 ? { errors } : {}),
        ...(functions.length > MAX_FUNCTIONS ? { more: functions.length - MAX_FUNCTIONS } : {}),
      };
    });
  },
};

/** Counts the places with syntax errors and the length of their text. A place inside of another one is counted once. */
function readErrors(matches: readonly QueryMatch[]): { errors: number; unread: number } {
  let errors = 0;
  let unread = 0;
  let end = 0;
  for (const { captures } of matches) {
    for (const { name, node } of captures) {
      if (name !== 'error' || node.startIndex < end) continue;
      errors += 1;
      end = node.endIndex;
      unread += end - node.startIndex;
    }
  }
  return { errors, unread };
}
