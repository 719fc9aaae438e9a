import type { Node, Query, QueryMatch, Tree } from '@vscode/tree-sitter-wasm';
import { AnalysisError } from '../../../errors.ts';
import { SyntaxRuntime } from './runtime.ts';

/** What is looked for in the syntax of one language. */
export interface SyntaxQuery {
  /** `go` for `tree-sitter-go.wasm`. */
  grammar: string;
  /**
   * Its patterns. Places that the grammar does not understand match too, as `@error`.
   * https://tree-sitter.github.io/tree-sitter/using-parsers/queries/1-syntax.html
   */
  source: string;
}

const TIME_LIMIT_MS = 3000;
/** Characters. Being asked for the time costs the parser a tenth of its speed, and shorter texts are read in any case. */
const WATCHED_FROM = 64 * 1024;
/** Calls of the parser between two looks at the clock. */
const CALLS_A_LOOK = 64;

let runtime: Promise<SyntaxRuntime> | undefined;
let queries = new Map<SyntaxQuery, Query>();

/**
 * Parses text and hands what matches the query to `read`; the nodes are gone afterwards. Throws `AnalysisError` where the parser
 * takes too long, and what the parser throws where it breaks: the next file gets a new one.
 */
export async function matchSyntax<Result>(
  query: SyntaxQuery,
  text: string,
  read: (matches: QueryMatch[], root: Node) => Result,
): Promise<Result> {
  runtime ??= SyntaxRuntime.load();
  const { parser, treeSitter } = await runtime;
  const language = await (await runtime).language(query.grammar);
  const compiled = queries.get(query) ?? new treeSitter.Query(language, `${query.source}\n(ERROR) @error`);
  queries.set(query, compiled);
  let tree: Tree | null = null;
  let broken = true;
  try {
    const watched = text.length < WATCHED_FROM ? {} : { progressCallback: stopwatch(TIME_LIMIT_MS) };
    parser.setLanguage(language);
    tree = parser.parse(text, null, watched);
    if (tree === null) {
      parser.reset();
      broken = false;
      throw new AnalysisError('syntax.timeout', `its syntax took longer than ${TIME_LIMIT_MS / 1000} s to read`);
    }
    const root = tree.rootNode;
    const matches = compiled.matches(root, watched);
    broken = false;
    return read(matches, root);
  } finally {
    if (!broken) tree?.delete();
    if (broken || (await runtime).isBloated) forget();
  }
}

function forget(): void {
  runtime = undefined;
  queries = new Map();
}

/** Answers true once the time is over, which makes the parser stop. */
function stopwatch(limitMs: number): () => boolean {
  const end = performance.now() + limitMs;
  let calls = 0;
  let over = false;
  return () => {
    calls += 1;
    if (!over && calls % CALLS_A_LOOK === 0) over = performance.now() > end;
    return over;
  };
}
