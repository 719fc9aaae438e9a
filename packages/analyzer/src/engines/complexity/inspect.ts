import type { QueryMatch } from '@vscode/tree-sitter-wasm';
import type { FileInspector } from '../../engine.ts';
import { matchSyntax } from '../../syntax/match-syntax.ts';
import { isMinified } from '../../syntax/minified.ts';
import { complexityLanguages } from './languages/languages.ts';
import { type FunctionComplexity, measureFunctions } from './measure.ts';

export type FileComplexity =
  | {
      functions: FunctionComplexity[];
      /** Places that the grammar does not understand; absent: none. */
      errors?: number;
      /** Functions that are not listed; absent: none. */
      more?: number;
    }
  | { skipped: string; harmless: boolean };

const SIZE_LIMIT = 1024 ** 2;
/** Of the pass: a large file is looked at as far as telling whether a person wrote it. */
const PASS_LIMIT = 64 * 1024 ** 2;
const MOST_FUNCTIONS = 5000;
/** Part of a file that the grammar may fail to understand before nothing is said of the rest. */
const MOST_UNREAD = 0.5;

export const complexityInspector: FileInspector<FileComplexity> = {
  name: 'complexity',
  version: '1',
  depth: 'standard',
  sizeLimit: PASS_LIMIT,
  // Declarations have no functions with a body. A file without an extension may tell its language in its first line.
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
      if (unread > source.length * MOST_UNREAD) return { skipped: 'its syntax is not understood', harmless: true };
      const functions = measureFunctions(matches, source);
      return {
        functions: functions.slice(0, MOST_FUNCTIONS),
        ...(errors > 0 ? { errors } : {}),
        ...(functions.length > MOST_FUNCTIONS ? { more: functions.length - MOST_FUNCTIONS } : {}),
      };
    });
  },
};

/** Places that are not understood, and how much of the text they are. One in another counts once. */
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
