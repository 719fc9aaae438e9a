import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import type { QueryMatch } from '@vscode/tree-sitter-wasm';
import type { FileInspector } from '../../engine.ts';
import type { FileFinding } from '../../finding.ts';
import { isMinified } from '../../syntax/is-minified.ts';
import { matchSyntax, type SyntaxQuery } from '../../syntax/match-syntax.ts';
import { numberEqualFindings } from './finding-identity.ts';
import { javascriptCalls, javascriptHint, javascriptInjections } from './injection/javascript.ts';
import { pythonCalls, pythonHint, pythonInjections } from './injection/python.ts';

export type FilePatterns =
  | {
      /** Findings of the injection rules. */
      findings: FileFinding[];
      /**
       * Cache key of oxlint's result, which depends only on the bytes and the file name's ending. Absent if oxlint does
       * not read this language.
       */
      lintKey?: string;
      /** Present if oxlint cannot read the file, because the file is not UTF-8. */
      notUtf8?: true;
    }
  | { skipped: string; harmless: boolean };

interface Language {
  hint: RegExp;
  query: SyntaxQuery;
  read(matches: readonly QueryMatch[]): FileFinding[];
  lintable: boolean;
}

const javascript = (grammar: string): Language => ({
  hint: javascriptHint,
  query: { grammar, source: javascriptCalls },
  read: javascriptInjections,
  lintable: true,
});

/** Supported languages by linguist's name. */
const languages = new Map<string, Language>([
  ['JavaScript', javascript('javascript')],
  ['TypeScript', javascript('typescript')],
  ['TSX', javascript('tsx')],
  [
    'Python',
    { hint: pythonHint, query: { grammar: 'python', source: pythonCalls }, read: pythonInjections, lintable: false },
  ],
]);

const SIZE_LIMIT = 1024 ** 2;
/**
 * Maximum file size in bytes for reading. It is larger than `SIZE_LIMIT`, because large files must be read to find out whether they are
 * minified.
 */
const PASS_LIMIT = 64 * 1024 ** 2;
const MAX_FINDINGS = 200;

export const bugPatternsInspector: FileInspector<FilePatterns> = {
  name: 'bug-patterns',
  version: '4',
  depth: 'standard',
  sizeLimit: PASS_LIMIT,
  wants: ({ language }) => language !== null && languages.has(language),
  async inspect({ path, bytes, language, text }) {
    const supported = languages.get(language ?? '');
    if (supported === undefined) return undefined;
    if (isMinified(bytes)) return { skipped: 'minified', harmless: true };
    if (bytes.length > SIZE_LIMIT) {
      return { skipped: `larger than the ${SIZE_LIMIT} bytes that are looked at`, harmless: false };
    }
    const { hint, query, read, lintable } = supported;
    const source = text();
    const findings = hint.test(source) ? await matchSyntax(query, source, read) : [];
    return {
      findings: numberEqualFindings(findings).slice(0, MAX_FINDINGS),
      ...(!lintable ? {} : isUtf8(bytes) ? { lintKey: lintKeyOf(path, bytes) } : { notUtf8: true }),
    };
  },
};

const lintKeyOf = (path: string, bytes: Buffer): string =>
  `${createHash('sha256').update(bytes).digest('base64url')}${extname(path)}`;
