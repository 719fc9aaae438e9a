import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Language, Parser } from '@vscode/tree-sitter-wasm';

type TreeSitter = typeof import('@vscode/tree-sitter-wasm');

const modulePath = createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm');

/** Bytes. Its memory only grows, to what its largest file took: past this it is loaded anew for the next one. */
const MEMORY_KEPT = 96 * 1024 ** 2;
/** At this the system itself refuses it more, and reading the file fails: a mebibyte of code takes a quarter of it. */
const MEMORY_LIMIT = 256 * 1024 ** 2;
const PAGE = 64 * 1024;
const FIRST_PAGES = 512;

/**
 * Tree-sitter, once: a WebAssembly instance with its own memory, one parser, and the grammars that were asked for so far. After a
 * trap nothing in it can be relied on.
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
    // The module keeps its instance to itself: another instance is another evaluation of it, which nothing may hold on to but us,
    // neither the cache nor the one that required it.
    const require = createRequire(import.meta.url);
    const treeSitter: TreeSitter = require(modulePath);
    delete require.cache[modulePath];
    const wasmMemory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MEMORY_LIMIT / PAGE });
    const module = {
      wasmMemory,
      locateFile: (name: string, folder: string) => folder + name,
      // What it prints when it breaks belongs to nobody's output.
      print: () => undefined,
      printErr: () => undefined,
    };
    await treeSitter.Parser.init(module);
    return new SyntaxRuntime(treeSitter, wasmMemory);
  }

  /** @param name of a grammar's file: `go` for `tree-sitter-go.wasm` */
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
