import { AnalysisError } from '../errors.ts';

export const MISSING_OBJECTS = 'source.missing_objects';

/** @param why message of git */
export const missingObjects = (why: string): AnalysisError =>
  new AnalysisError(MISSING_OBJECTS, `Something of the repository is not in this copy of it: ${why.slice(0, 100)}.`, {
    hint: 'Complete a partial clone with `git fetch --refetch --no-filter`, mend a damaged one (`git fsck`), and analyse it again.',
  });
