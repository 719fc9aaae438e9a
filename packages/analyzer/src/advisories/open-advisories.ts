import { AnalysisError } from '../errors.ts';
import type { AdvisorySource } from './advisory-source.ts';
import { openOfflineAdvisories } from './offline/open-offline-advisories.ts';
import { onlineAdvisories } from './online/online-advisories.ts';

export interface OpenAdvisoriesOptions {
  /** Folder of the offline database; null if there is none. */
  folder: string | null;
  /** Address of the OSV API; null means that the API is never asked. */
  url: string | null;
  /** Function for requests to the OSV API; null if there is no network. */
  fetch: typeof fetch | null;
  /** Private folder for cached records; null caches nothing. */
  cacheFolder: string | null;
  now: Date;
}

/**
 * Opens the OSV API if it may be asked, because it is always up to date, and otherwise the offline database. If the API
 * cannot be reached, the offline database takes over for the rest of the analysis. Returns null if there is neither.
 */
export async function openAdvisories(options: OpenAdvisoriesOptions): Promise<AdvisorySource | null> {
  const { folder, url, fetch, cacheFolder, now } = options;
  const offline = folder === null ? null : await openOfflineAdvisories(folder);
  if (url === null || fetch === null) return offline;
  const online = onlineAdvisories({ url, fetch, cacheFolder, now });
  return offline === null ? online : withFallback(online, offline);
}

function withFallback(online: AdvisorySource, offline: AdvisorySource): AdvisorySource {
  let used = online;
  let reason: string[] = [];
  return {
    get key() {
      return used.key;
    },
    get notes() {
      return [...reason, ...used.notes];
    },
    covers: (ecosystem) => used.covers(ecosystem),
    async find(packages, signal) {
      try {
        return await used.find(packages, signal);
      } catch (error) {
        if (used === offline || !(error instanceof AnalysisError) || error.code !== 'advisories.unreachable')
          throw error;
        used = offline;
        reason = [`${error.message} The offline database answered instead.`];
        return await offline.find(packages, signal);
      }
    },
  };
}
