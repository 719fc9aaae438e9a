import { loadAll, YAMLException } from 'js-yaml';
import { AnalysisError } from '../errors.ts';
import type { SourceTree } from '../tree/source-tree.ts';
import { defaultPolicy } from './default-policy.ts';
import type { AnalysisPolicy } from './policy.ts';
import { PolicyFile, policyFileName } from './policy-file.ts';
import { validateLeniently } from './validate-leniently.ts';
import { linesOfNodes } from './yaml-lines.ts';

/** Maximum size of the policy file in bytes. */
export const policyFileLimit = 256 * 1024;
const maxProblems = 100;

/** A problem in the policy file, for its authors. */
export interface PolicyProblem {
  line: number | null;
  message: string;
}

export interface PolicyResult {
  policy: AnalysisPolicy;
  /** Problems in the policy file, at most 100. */
  problems: PolicyProblem[];
}

type Path = readonly (string | number)[];

/**
 * Reads a policy file. Invalid parts are reported and ignored; a file that is not YAML is ignored completely. Never
 * throws.
 * @param yaml text of `.commandcenter.yml`; null if there is none
 */
export function readPolicy(yaml: string | null): PolicyResult {
  if (yaml === null) return { policy: defaultPolicy, problems: [] };
  if (Buffer.byteLength(yaml) > policyFileLimit) {
    const message = `${policyFileName} has more than ${policyFileLimit / 1024} KiB: the defaults hold.`;
    return { policy: defaultPolicy, problems: [{ line: null, message }] };
  }
  const loaded = loadYaml(yaml);
  if ('problem' in loaded) return { policy: defaultPolicy, problems: [loaded.problem] };

  const reported: { path: Path; message: string }[] = [];
  const report = (path: Path, message: string): void => {
    reported.push({ path, message });
  };
  // The value is null or undefined if the file is empty or has only comments.
  const file =
    loaded.value == null ? {} : ((validateLeniently(PolicyFile, loaded.value, [], report) ?? {}) as PolicyFile);
  const policy = toPolicy(file);
  if (reported.length === 0) return { policy, problems: [] };
  const lineOf = linesOfNodes(yaml);
  const problems = reported.slice(0, maxProblems).map(({ path, message }) => ({ line: lineOf(path), message }));
  return { policy, problems };
}

function loadYaml(yaml: string): { value: unknown } | { problem: PolicyProblem } {
  try {
    // Without aliases, a small text cannot expand to a large value.
    const documents = loadAll(yaml, { maxAliases: 0, maxDepth: 50 });
    if (documents.length < 2) return { value: documents[0] };
    return { problem: { line: null, message: `${policyFileName} has more than one document: the defaults hold.` } };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? null : error.mark.line + 1;
    return { problem: { line, message: `${policyFileName} is not YAML, the defaults hold: ${error.reason}.` } };
  }
}

function toPolicy({ analysis = {} }: PolicyFile): AnalysisPolicy {
  const { gate = {}, paths = {}, licences = {}, suppressions = [], tasks = {} } = analysis;
  const defaults = defaultPolicy.gate;
  // Null must not fall back to the default: it disables the condition.
  const orDefault = <T>(value: T | undefined, fallback: T): T => (value === undefined ? fallback : value);
  const complexity = orDefault(gate.complexity, defaults.complexity);
  const threshold = analysis.complexity_threshold ?? defaultPolicy.complexityThreshold;
  return {
    gate: {
      newFindings: {
        critical: orDefault(gate.new_critical, defaults.newFindings.critical),
        high: orDefault(gate.new_high, defaults.newFindings.high),
        medium: orDefault(gate.new_medium, defaults.newFindings.medium),
        low: orDefault(gate.new_low, defaults.newFindings.low),
      },
      complexity,
      duplicationPercent: orDefault(gate.duplication_percent, defaults.duplicationPercent),
    },
    // A function that fails the gate must also be a finding, so that the report names it.
    complexityThreshold: Math.max(1, Math.min(threshold, complexity ?? threshold)),
    exclude: [...defaultPolicy.exclude, ...(paths.exclude ?? [])],
    licences: { allow: licences.allow ?? [], deny: licences.deny ?? [] },
    tasks: {
      rules: tasks.rules?.map(({ rule, severity = 'low' }) => ({ rule, severity })) ?? defaultPolicy.tasks.rules,
      createIssues: tasks.create_issues ?? defaultPolicy.tasks.createIssues,
    },
    suppressions,
  };
}

/** Reads the policy of a tree; returns the defaults if it has none. */
export async function readTreePolicy(tree: SourceTree): Promise<PolicyResult> {
  if (tree.get(policyFileName) === undefined) return readPolicy(null);
  try {
    return readPolicy((await tree.read(policyFileName, policyFileLimit)).toString('utf8'));
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error;
    return { ...readPolicy(null), problems: [{ line: null, message: `${error.message} The defaults hold.` }] };
  }
}
