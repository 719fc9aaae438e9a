import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EngineContext, EngineOutcome } from '../../../engine.ts';
import type { Dependency } from '../../../facts.ts';
import { openTree } from '../../../tree/open-tree.ts';
import { dependenciesEngine } from '../engine.ts';

export interface DependenciesOutcome extends EngineOutcome {
  dependencies: Dependency[];
}

/** Runs the dependencies engine on a folder. */
export async function runOnFolder(folder: string, signal = new AbortController().signal): Promise<DependenciesOutcome> {
  // The dependencies engine uses only the signal of its context.
  const outcome = await dependenciesEngine.run(await openTree(folder), { signal } as EngineContext);
  return { ...outcome, dependencies: outcome.facts?.dependencies ?? [] };
}

/** Runs the dependencies engine on files, given by path. */
export async function runOnFiles(files: Record<string, string | Buffer>): Promise<DependenciesOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'dependencies-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return await runOnFolder(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Formats a dependency for comparison in tests: `name@version scope direct`, or with the path that brings it in. */
export const formatDependency = ({ name, version, scope, direct, via }: Dependency): string =>
  `${name}@${version} ${scope} ${direct ? 'direct' : `via ${via.join(' > ') || '?'}`}`;
