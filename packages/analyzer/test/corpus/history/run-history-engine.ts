import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineContext, EngineOutcome, FileInspector, InspectedFiles } from '../../../src/engine.ts';
import { complexityInspector } from '../../../src/engines/complexity/inspector.ts';
import { historyEngine } from '../../../src/engines/history/engine.ts';
import { secretsInspector } from '../../../src/engines/secrets/inspector.ts';
import { writeTree } from '../../../src/git/write-tree.ts';
import { languageOfName } from '../../../src/languages/detect-language.ts';
import { openTree } from '../../../src/tree/open-tree.ts';

export type Cache = Map<string, unknown>;

/** Runs the history engine on a commit, with the real inspectors and files. */
export async function runHistoryEngine(
  gitDirectory: string | null,
  commit: string | null,
  cache: Cache = new Map(),
  now = new Date(),
): Promise<EngineOutcome> {
  const root = await mkdtemp(join(tmpdir(), 'history-'));
  const { signal } = new AbortController();
  try {
    if (gitDirectory !== null && commit !== null) await writeTree({ gitDirectory, commit, target: root, signal });
    const tree = await openTree(root);
    const inspected = new Map<string, InspectedFiles<unknown>>();
    for (const inspector of [secretsInspector, complexityInspector] as FileInspector[]) {
      const results = new Map<string, unknown>();
      await inspector.prepare?.();
      for (const { path, size } of tree.files) {
        const language = languageOfName(path);
        if (!inspector.wants({ path, size, language })) continue;
        const bytes = await tree.read(path);
        const result = await inspector.inspect({ path, bytes, language, text: () => bytes.toString('utf8') });
        if (result !== undefined) results.set(path, result);
      }
      inspected.set(inspector.name, { results, coverage: { filesSeen: results.size, skipped: [], complete: true } });
    }
    const context = {
      signal,
      now,
      gitDirectory,
      commit,
      inspected: (name: string) => inspected.get(name),
      cache: { get: (key: string) => cache.get(key), set: (key: string, value: unknown) => void cache.set(key, value) },
    } as unknown as EngineContext;
    return await historyEngine.run(tree, context);
  } finally {
    await rm(root, { recursive: true });
  }
}
