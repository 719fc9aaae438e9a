import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import Value from 'typebox/value';
import type { Coverage, Engine, EngineContext } from '../../engine.ts';
import { AnalysisError } from '../../errors.ts';
import { Technology } from '../../facts.ts';
import type { SourceTree } from '../../tree/source-tree.ts';
import { isTrialPath } from '../../tree/trial-path.ts';
import { detectTechnologies } from './detect-technologies.ts';

const VERSION = '1 stack-analyser@1.27.3';
/** Bytes of a manifest; and of all together. */
const OPEN_LIMIT = 1024 ** 2;
const ALL_LIMIT = 64 * 1024 ** 2;

/** What a detection came to, with what it depends on: the texts of files, by hash; null where they could not be had. */
const Kept = Type.Object({
  read: Type.Array(Type.Tuple([Type.String(), Type.Union([Type.String(), Type.Null()])])),
  technologies: Type.Array(Technology),
  failed: Type.Array(Type.String()),
});
type Kept = Static<typeof Kept>;

/** Languages, frameworks, services and tools by the names of files, and by manifests: facts only. */
export const technologiesEngine: Engine = {
  name: 'technologies',
  version: VERSION,
  depth: 'quick',
  timeLimitSeconds: 60,
  async run(tree, context) {
    const reader = createReader(tree);
    const paths = tree.files.map(({ path }) => path).filter(isOfTheProject);
    const key = `${VERSION} ${createHash('sha256').update(paths.join('\0')).digest('hex')}`;
    const kept = (await recall(key, context, reader)) ?? (await detect(paths, reader, context.signal));
    context.cache.set(key, kept);
    const { technologies, failed } = kept;
    const coverage: Coverage = { filesSeen: paths.length, skipped: [], complete: true };
    if (failed.length > 0) {
      coverage.skipped.push({ reason: 'could not be understood', files: failed.length, examples: failed.slice(0, 5) });
    }
    return { findings: [], facts: { technologies }, coverage };
  },
};

/** What fixtures and examples use, the project does not. `.env.example` is where a project names its services. */
const isOfTheProject = (path: string): boolean => !isTrialPath(path) || /(?:^|\/)\.env\.example$/.test(path);

async function detect(paths: readonly string[], reader: Reader, signal: AbortSignal): Promise<Kept> {
  const detected = await detectTechnologies(paths, async (path) => (await reader.open(path)).text, signal);
  return { read: [...reader.hashes], ...detected };
}

/** What is known of a tree with the same paths, where all texts that it depends on are the same too. */
async function recall(key: string, { cache }: EngineContext, reader: Reader): Promise<Kept | undefined> {
  const kept = cache.get(key);
  if (!Value.Check(Kept, kept)) return undefined;
  for (const [path, hash] of kept.read) if ((await reader.open(path)).hash !== hash) return undefined;
  return kept;
}

interface Opened {
  text: string | null;
  hash: string | null;
}

interface Reader {
  open(path: string): Promise<Opened>;
  /** Of what was opened. */
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
      // It has changed since the tree was listed.
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
