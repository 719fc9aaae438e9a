import type { Node, Query, QueryMatch } from '@vscode/tree-sitter-wasm';
import { AnalysisError } from '../errors.ts';
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

/** Of processor time: what any text may take, and what each of its characters adds. A person's code takes a tenth of it. */
const TIME_LIMIT_MS = 1000;
const TIME_LIMIT_MS_A_CHARACTER = 0.002;
/** Calls of the parser between two looks at the clock. */
const CALLS_A_LOOK = 8;

let runtime: Promise<SyntaxRuntime> | undefined;
let queries = new Map<SyntaxQuery, Query>();

/**
 * Parses text and hands what matches the query to `read`; the nodes are gone afterwards. Throws `AnalysisError` where the parser
 * takes too much time or memory: the next text gets a new one.
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
  const watch = stopwatch(TIME_LIMIT_MS + text.length * TIME_LIMIT_MS_A_CHARACTER);
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
    // Freeing what it was at may take as long again, and after a trap (a lack of memory is one) nothing in it can be relied on.
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

/** Answers true once the time is over, which makes the parser stop. */
function stopwatch(limitMs: number): () => boolean {
  const begun = processorMs();
  let calls = 0;
  let over = false;
  return () => {
    calls += 1;
    if (!over && calls % CALLS_A_LOOK === 0) over = processorMs() - begun > limitMs;
    return over;
  };
}

/** Of this thread: a busy machine makes no file harder. */
const processorMs = (): number => process.threadCpuUsage().user / 1000;
