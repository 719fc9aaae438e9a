import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Language, Parser } from '@vscode/tree-sitter-wasm';

type TreeSitter = typeof import('@vscode/tree-sitter-wasm');

const require = createRequire(import.meta.url);
const modulePath = require.resolve('@vscode/tree-sitter-wasm');

/** Tree-sitter's memory only grows, to what its largest file took: past this many bytes it is loaded anew. */
const MEMORY_KEPT = 160 * 1024 ** 2;

/**
 * Tree-sitter, once: a WebAssembly instance with its own memory, one parser, and the grammars that were asked for so far. After a
 * trap nothing in it can be relied on.
 */
export class SyntaxRuntime {
  readonly treeSitter: TreeSitter;
  readonly parser: Parser;
  readonly #module: { HEAPU8?: Uint8Array };
  readonly #languages = new Map<string, Promise<Language>>();

  private constructor(treeSitter: TreeSitter, module: object) {
    this.treeSitter = treeSitter;
    this.#module = module;
    this.parser = new treeSitter.Parser();
  }

  static async load(): Promise<SyntaxRuntime> {
    // The module keeps its instance to itself: another instance is another evaluation of it.
    delete require.cache[modulePath];
    const treeSitter: TreeSitter = require(modulePath);
    const module = { locateFile: (name: string, folder: string) => folder + name };
    await treeSitter.Parser.init(module);
    return new SyntaxRuntime(treeSitter, module);
  }

  /** @param name of a grammar's file: `go` for `tree-sitter-go.wasm` */
  async language(name: string): Promise<Language> {
    const loading =
      this.#languages.get(name) ?? this.treeSitter.Language.load(join(dirname(modulePath), `tree-sitter-${name}.wasm`));
    this.#languages.set(name, loading);
    return await loading;
  }

  get isBloated(): boolean {
    return (this.#module.HEAPU8?.byteLength ?? 0) > MEMORY_KEPT;
  }
}
