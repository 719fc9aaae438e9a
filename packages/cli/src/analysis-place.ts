import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Depth,
  fetchSource,
  namedCommit,
  type OpenedSource,
  openFolder,
  openMirror,
  repositoryNameOf,
} from '@commandcenter/analyzer';

export interface OpenSourceOptions {
  /** Commit, branch or tag to compare with; undefined for no comparison. */
  base: string | undefined;
  depth: Depth;
  /** Private and empty folder for the fetched repository and the base. */
  folder: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress(step: string): void;
}

export interface AnalysisPlace extends OpenedSource {
  /** Name of the repository for people, such as `owner/name`. */
  repository: string;
  /** Root folder of the working copy or folder on this machine; null if the source was fetched. */
  workTree: string | null;
}

const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i;
/** Environment variables that git needs to use the same proxy and ssh agent as the user. */
const PASSED_VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'HTTPS_PROXY', 'SSH_AUTH_SOCK'];

/** Opens a folder as it is, or fetches the repository at an address. */
export function openAnalysisPlace(place: string, options: OpenSourceOptions): Promise<AnalysisPlace> {
  return ADDRESS.test(place) && !existsSync(place) ? fetchPlace(place, options) : openFolder(resolve(place), options);
}

async function fetchPlace(
  url: string,
  { base, depth, folder, environment, signal, onProgress }: OpenSourceOptions,
): Promise<AnalysisPlace> {
  const passedVariables = PASSED_VARIABLES.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const source = await fetchSource({
    mirror: await openMirror(join(folder, 'mirror.git'), signal),
    url,
    head: {},
    base: base === undefined ? undefined : namedCommit(base),
    protocols: ['https', 'http', 'ssh', 'file'],
    depth,
    environment: Object.fromEntries(passedVariables),
    folder,
    signal,
    onProgress: (_percent, step) => onProgress(step),
  });
  return { ...source, repository: repositoryNameOf(url), workTree: null };
}
