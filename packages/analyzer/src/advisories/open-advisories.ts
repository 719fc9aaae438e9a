import { AnalysisError } from '../errors.ts';
import { openOfflineAdvisories } from './offline/open-offline-advisories.ts';
import { onlineAdvisories } from './online/online-advisories.ts';
import type { AdvisorySource } from './source.ts';

export interface OpenAdvisoriesOptions {
  /** Of the offline database; null: there is none. */
  folder: string | null;
  /** Of the OSV API; null: it is not asked. */
  url: string | null;
  /** Null: there is no network. */
  fetch: typeof fetch | null;
  /** Private; null: nothing is kept. */
  cacheFolder: string | null;
  now: Date;
}

/** The API where it may be asked, for it is never out of date; the offline database where it may not or does not answer. */
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
