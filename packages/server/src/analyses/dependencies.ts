import type { MirrorCache } from '@commandcenter/analyzer';
import type { EgressProxy } from '@commandcenter/egress';
import type { Database } from '../database/database.ts';
import type { IntegrationHost } from '../integrations/host.ts';
import type { ReportLinks } from '../jobs/report-link.ts';
import type { Logger } from '../logging.ts';

/** Everything that the analysis feature gets from the process. */
export interface AnalysisDependencies {
  db: Database;
  host: Pick<IntegrationHost, 'run'>;
  log: Logger;
  clock: { now(): Date };
  links: ReportLinks;
  mirrors: MirrorCache;
  /** Returns the proxy through which git reaches other hosts. The first call starts the proxy. */
  proxy(): Promise<EgressProxy>;
  /** Function for requests to advisory databases and package registries. */
  fetch: typeof fetch;
  folders: {
    /** Folder of sources and temporary files of engines, which are deleted when their analysis ends. */
    work: string;
    /** Folder of the results that an analysis caches for later ones. */
    results: string;
    /** Folder of the imported offline advisory database. */
    advisories: string;
    /** Folder with a subfolder for each project, named by the project's id, with its ssh key `id` and `known_hosts`. */
    ssh: string;
  };
  /** Base URL of the OSV API; null when the configuration turns it off. */
  osvUrl: string | null;
}
