import { AnalysisError } from '../errors.ts';
import { policyFileName } from '../policy/policy-file.ts';
import { policyFileLimit, type ReadPolicy, readPolicy } from '../policy/read-policy.ts';
import type { SourceTree } from '../tree/source-tree.ts';

/** Reads the policy of a tree; returns the defaults if it has none. */
export async function readTreePolicy(tree: SourceTree): Promise<ReadPolicy> {
  if (tree.get(policyFileName) === undefined) return readPolicy(null);
  try {
    return readPolicy((await tree.read(policyFileName, policyFileLimit)).toString('utf8'));
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error;
    return { ...readPolicy(null), problems: [{ line: null, message: `${error.message} The defaults hold.` }] };
  }
}
