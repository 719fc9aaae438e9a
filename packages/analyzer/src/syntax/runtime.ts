import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Language, Parser } from '@vscode/tree-sitter-wasm';

type TreeSitter = typeof import('@vscode/tree-sitter-wasm');

const modulePath = createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm');

/** Memory in bytes above which the runtime is reloaded for the next file: WebAssembly memory never shrinks. */
const MEMORY_KEPT = 96 * 1024 ** 2;
/** Memory limit in bytes, at which allocation fails and parsing stops. A mebibyte of code needs a quarter of it. */
const MEMORY_LIMIT = 256 * 1024 ** 2;
const PAGE = 64 * 1024;
const FIRST_PAGES = 512;

/**
 * A tree-sitter instance: a WebAssembly module with its own memory, one parser, and the grammars loaded so far. After a
 * trap its state is undefined.
 */
export class SyntaxRuntime {
  readonly treeSitter: TreeSitter;
  readonly parser: Parser;
  readonly #memory: WebAssembly.Memory;
  readonly #languages = new Map<string, Promise<Language>>();

  private constructor(treeSitter: TreeSitter, memory: WebAssembly.Memory) {
    this.treeSitter = treeSitter;
    this.#memory = memory;
    this.parser = new treeSitter.Parser();
  }

  static async load(): Promise<SyntaxRuntime> {
    // The tree-sitter module holds a single instance. Remove it from the require cache, so that the next `require` creates a new instance
    // and this one can be garbage collected.
    const require = createRequire(import.meta.url);
    const treeSitter: TreeSitter = require(modulePath);
    delete require.cache[modulePath];
    const wasmMemory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MEMORY_LIMIT / PAGE });
    const module = {
      wasmMemory,
      locateFile: (name: string, folder: string) => folder + name,
      // Discard what tree-sitter prints when it crashes.
      print: () => undefined,
      printErr: () => undefined,
    };
    await treeSitter.Parser.init(module);
    return new SyntaxRuntime(treeSitter, wasmMemory);
  }

  /**
   * Loads a grammar, once per instance.
   * @param name name of the grammar: `go` for `tree-sitter-go.wasm`
   */
  async language(name: string): Promise<Language> {
    const loading =
      this.#languages.get(name) ?? this.treeSitter.Language.load(join(dirname(modulePath), `tree-sitter-${name}.wasm`));
    this.#languages.set(name, loading);
    return await loading;
  }

  get isBloated(): boolean {
    return this.#memory.buffer.byteLength > MEMORY_KEPT;
  }
}
