import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import Value from 'typebox/value';
import type { Coverage, Engine, EngineContext } from '../../engine.ts';
import { AnalysisError } from '../../errors.ts';
import { Technology } from '../../facts.ts';
import type { SourceTree } from '../../tree/source-tree.ts';
import { isTestPath } from '../../tree/test-path.ts';
import { detectTechnologies } from './detect-technologies.ts';

const VERSION = '1 stack-analyser@1.27.3';
/** Maximum size of one manifest in bytes; `ALL_LIMIT` is the maximum of all manifests together. */
const OPEN_LIMIT = 1024 ** 2;
const ALL_LIMIT = 64 * 1024 ** 2;

/** A cached detection with the hashes of the files that it depends on; null for files that could not be read. */
const CachedDetection = Type.Object({
  read: Type.Array(Type.Tuple([Type.String(), Type.Union([Type.String(), Type.Null()])])),
  technologies: Type.Array(Technology),
  failed: Type.Array(Type.String()),
});
type CachedDetection = Static<typeof CachedDetection>;

/** Detects languages, frameworks, services and tools by file names and manifests; it has facts only. */
export const technologiesEngine: Engine = {
  name: 'technologies',
  version: VERSION,
  depth: 'quick',
  timeLimitSeconds: 60,
  headOnly: true,
  async run(tree, context) {
    const reader = createReader(tree);
    const paths = tree.files.map(({ path }) => path).filter(isProjectFile);
    const key = `${VERSION} ${createHash('sha256').update(paths.join('\0')).digest('hex')}`;
    const kept = (await readCached(key, context, reader)) ?? (await detect(paths, reader, context.signal));
    context.cache.set(key, kept);
    const { technologies, failed } = kept;
    const coverage: Coverage = { filesSeen: paths.length, skipped: [], complete: true };
    if (failed.length > 0) {
      coverage.skipped.push({ reason: 'could not be understood', files: failed.length, examples: failed.slice(0, 5) });
    }
    return { findings: [], facts: { technologies }, coverage };
  },
};

/** Fixtures and examples do not belong to the project, but `.env.example` names its services. */
const isProjectFile = (path: string): boolean => !isTestPath(path) || /(?:^|\/)\.env\.example$/.test(path);

async function detect(paths: readonly string[], reader: Reader, signal: AbortSignal): Promise<CachedDetection> {
  const detected = await detectTechnologies(paths, async (path) => (await reader.open(path)).text, signal);
  return { read: [...reader.hashes], ...detected };
}

/** Returns the cached result of a tree with the same paths, if all files that were read are unchanged. */
async function readCached(key: string, { cache }: EngineContext, reader: Reader): Promise<CachedDetection | undefined> {
  const kept = cache.get(key);
  if (!Value.Check(CachedDetection, kept)) return undefined;
  for (const [path, hash] of kept.read) if ((await reader.open(path)).hash !== hash) return undefined;
  return kept;
}

interface Opened {
  text: string | null;
  hash: string | null;
}

interface Reader {
  open(path: string): Promise<Opened>;
  /** Hashes of the opened files by path. */
  hashes: ReadonlyMap<string, string | null>;
}

function createReader(tree: SourceTree): Reader {
  const hashes = new Map<string, string | null>();
  let bytesRead = 0;
  const read = async (path: string): Promise<Opened> => {
    const size = tree.get(path)?.size;
    if (size === undefined || size > OPEN_LIMIT || bytesRead + size > ALL_LIMIT) return { text: null, hash: null };
    bytesRead += size;
    try {
      const bytes = await tree.read(path, OPEN_LIMIT);
      return { text: bytes.toString('utf8'), hash: createHash('sha256').update(bytes).digest('base64url') };
    } catch (error) {
      // Reading fails if the file was changed after the tree was listed.
      if (error instanceof AnalysisError) return { text: null, hash: null };
      throw error;
    }
  };
  return {
    hashes,
    async open(path) {
      const opened = await read(path);
      hashes.set(path, opened.hash);
      return opened;
    },
  };
}
