import { join, resolve } from 'node:path';
import { createMirrorCache } from '@commandcenter/analyzer';
import { createEgressPolicy, createGuardedFetch, type EgressProxy, startEgressProxy } from '@commandcenter/egress';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { IntegrationHost } from '../integrations/host.ts';
import type { ReportLinks } from '../jobs/report-link.ts';
import type { Logger } from '../logging.ts';
import type { AnalysisDependencies } from './dependencies.ts';
import { warnOfSharedKey } from './source/ssh-key.ts';

export interface OpenAnalysisOptions {
  db: Database;
  host: Pick<IntegrationHost, 'run' | 'egress'>;
  log: Logger;
  clock: { now(): Date };
  links: ReportLinks;
  config: Pick<Config, 'DATA_DIR' | 'OSV_API_URL' | 'EGRESS_ALLOW'>;
  version: string;
}

/** The resources that analyses use in this process. Disposing this object closes them. */
export interface OpenAnalysis extends AsyncDisposable {
  dependencies: AnalysisDependencies;
}

export function openAnalysis({ config, host, version, ...rest }: OpenAnalysisOptions): OpenAnalysis {
  const folder = join(resolve(config.DATA_DIR), 'analysis');
  const folders = {
    work: join(folder, 'work'),
    results: join(folder, 'results'),
    advisories: join(resolve(config.DATA_DIR), 'advisories'),
    ssh: join(resolve(config.DATA_DIR), 'ssh'),
  };
  warnOfSharedKey(folders.ssh, rest.log);
  const osvUrl = config.OSV_API_URL === 'off' ? null : config.OSV_API_URL;
  // The administrator configured this host, so that it may be in the intranet without an entry in EGRESS_ALLOW.
  const osvHost = osvUrl === null ? [] : [new URL(osvUrl).host];
  const guarded = createGuardedFetch(
    createEgressPolicy([...config.EGRESS_ALLOW, ...osvHost]),
    `commandcenter/${version}`,
  );
  let proxy: Promise<EgressProxy> | undefined;
  return {
    dependencies: {
      ...rest,
      host,
      mirrors: createMirrorCache({ folder: join(folder, 'mirrors') }),
      proxy: () => {
        proxy ??= startEgressProxy(host.egress, rest.log);
        return proxy;
      },
      fetch: guarded.fetch,
      folders,
      osvUrl,
    },
    async [Symbol.asyncDispose]() {
      await guarded.close();
      await (await proxy)?.close();
    },
  };
}
