import type { MirrorCache } from '@commandcenter/analyzer';
import type { EgressProxy } from '@commandcenter/egress';
import type { Database } from '../database/database.ts';
import type { IntegrationHost } from '../integrations/host.ts';
import type { ReportLinks } from '../jobs/report-link.ts';
import type { Logger } from '../logging.ts';

/** Everything that analyses get from the process. */
export interface AnalysisDependencies {
  db: Database;
  host: Pick<IntegrationHost, 'run'>;
  log: Logger;
  clock: { now(): Date };
  links: ReportLinks;
  mirrors: MirrorCache;
  /** Git's way out, open from its first use. */
  proxy(): Promise<EgressProxy>;
  /** To advisory databases and registries. */
  fetch: typeof fetch;
  folders: {
    /** Sources and what engines put aside; emptied as each analysis ends. */
    work: string;
    /** Folder of the results that one analysis caches for the next. */
    results: string;
    /** The imported offline database. */
    advisories: string;
    /** A folder for each project, by its id, with its ssh key `id` and `known_hosts`. */
    ssh: string;
  };
  /** Null: `off`. */
  osvUrl: string | null;
}
