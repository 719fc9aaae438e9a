import { loadAll, YAMLException } from 'js-yaml';
import { AnalysisError } from '../errors.ts';
import type { SourceTree } from '../tree/source-tree.ts';
import { defaultPolicy } from './default-policy.ts';
import type { AnalysisPolicy } from './policy.ts';
import { PolicyFile, policyFileName } from './policy-file.ts';
import { validateLeniently } from './validate-leniently.ts';
import { linesOfNodes } from './yaml-lines.ts';

/** Maximum size in bytes. */
export const policyFileLimit = 256 * 1024;
const mostProblems = 100;

/** A problem in the policy file, for its authors. */
export interface PolicyProblem {
  line: number | null;
  message: string;
}

export interface PolicyResult {
  policy: AnalysisPolicy;
  /** At most 100. */
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

  const told: { path: Path; message: string }[] = [];
  const tell = (path: Path, message: string): void => {
    told.push({ path, message });
  };
  // The value is null or undefined if the file is empty or has only comments.
  const file =
    loaded.value == null ? {} : ((validateLeniently(PolicyFile, loaded.value, [], tell) ?? {}) as PolicyFile);
  const policy = toPolicy(file);
  if (told.length === 0) return { policy, problems: [] };
  const lineOf = linesOfNodes(yaml);
  const problems = told.slice(0, mostProblems).map(({ path, message }) => ({ line: lineOf(path), message }));
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
  const asked = defaultPolicy.gate;
  // Null must not fall back to the default: it disables the condition.
  const or = <T>(value: T | undefined, fallback: T): T => (value === undefined ? fallback : value);
  const complexity = or(gate.complexity, asked.complexity);
  const threshold = analysis.complexity_threshold ?? defaultPolicy.complexityThreshold;
  return {
    gate: {
      newFindings: {
        critical: or(gate.new_critical, asked.newFindings.critical),
        high: or(gate.new_high, asked.newFindings.high),
        medium: or(gate.new_medium, asked.newFindings.medium),
        low: or(gate.new_low, asked.newFindings.low),
      },
      complexity,
      duplicationPercent: or(gate.duplication_percent, asked.duplicationPercent),
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
