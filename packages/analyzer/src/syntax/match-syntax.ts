import type { Node, Query, QueryMatch } from '@vscode/tree-sitter-wasm';
import { AnalysisError } from '../errors.ts';
import { SyntaxRuntime } from './runtime.ts';

/** A tree-sitter query for one language. */
export interface SyntaxQuery {
  /** Name of the grammar: `go` for `tree-sitter-go.wasm`. */
  grammar: string;
  /**
   * Patterns of the query. Places with syntax errors also match, as `@error`.
   * https://tree-sitter.github.io/tree-sitter/using-parsers/queries/1-syntax.html
   */
  source: string;
}

/** Limit of processor time for parsing a text: a constant part and a part per character. Ordinary code takes a tenth of it. */
const TIME_LIMIT_MS = 1000;
const TIME_LIMIT_MS_PER_CHARACTER = 0.002;
/** Number of parser callbacks between two time checks. */
const CALLS_PER_CHECK = 8;

let runtime: Promise<SyntaxRuntime> | undefined;
let queries = new Map<SyntaxQuery, Query>();

/**
 * Parses a text and passes the matches of a query to `read`; the nodes are freed afterwards. Throws AnalysisError if
 * parsing takes too much time or memory; the next text then gets a new parser.
 */
export async function matchSyntax<Result>(
  query: SyntaxQuery,
  text: string,
  read: (matches: QueryMatch[], root: Node) => Result,
): Promise<Result> {
  runtime ??= SyntaxRuntime.load();
  const loaded = await runtime;
  const { parser, treeSitter } = loaded;
  const language = await loaded.language(query.grammar);
  const compiled = queries.get(query) ?? new treeSitter.Query(language, `${query.source}\n(ERROR) @error`);
  queries.set(query, compiled);
  const watch = stopwatch(TIME_LIMIT_MS + text.length * TIME_LIMIT_MS_PER_CHARACTER);
  let result: Result;
  try {
    parser.setLanguage(language);
    const tree = parser.parse(text, null, { progressCallback: watch });
    if (tree === null) throw tooHard();
    const root = tree.rootNode;
    const matches = compiled.matches(root, { progressCallback: watch });
    if (watch()) throw tooHard();
    result = read(matches, root);
    tree.delete();
  } catch (error) {
    // Discard the runtime: freeing the incomplete tree may take as long again, and after a WebAssembly trap (for
    // example, out of memory) its state is undefined.
    forget();
    throw error instanceof WebAssembly.RuntimeError ? tooHard(error) : error;
  }
  if (loaded.isBloated) forget();
  return result;
}

const tooHard = (cause?: unknown): AnalysisError =>
  new AnalysisError('syntax.too_hard', 'its syntax takes too much time or memory to read', { cause });

function forget(): void {
  runtime = undefined;
  queries = new Map();
}

/** Creates a stopwatch: a function that returns true when the time limit is exceeded, which stops the parser. */
function stopwatch(limitMs: number): () => boolean {
  const begun = processorMs();
  let calls = 0;
  let over = false;
  return () => {
    calls += 1;
    if (!over && calls % CALLS_PER_CHECK === 0) over = processorMs() - begun > limitMs;
    return over;
  };
}

/** Uses the processor time of this thread, so that other load does not count. */
const processorMs = (): number => process.threadCpuUsage().user / 1000;
