import { loadAll, YAMLException } from 'js-yaml';
import { defaultPolicy } from './default-policy.ts';
import { keepValid } from './keep-valid.ts';
import type { AnalysisPolicy } from './policy.ts';
import { PolicyFile, policyFileName } from './policy-file.ts';
import { linesOfNodes } from './yaml-lines.ts';

/** Bytes of UTF-8. */
export const policyFileLimit = 256 * 1024;
const mostProblems = 100;

/** Something in the policy that does not hold, for the people who wrote it. */
export interface PolicyProblem {
  line: number | null;
  message: string;
}

export interface ReadPolicy {
  policy: AnalysisPolicy;
  /** At most 100. */
  problems: PolicyProblem[];
}

type Path = readonly (string | number)[];

/**
 * What a project asks of its code. What is wrong in the file is told, and the rest of it holds; of a file that is not YAML nothing does.
 * Never throws.
 *
 * @param yaml the text of `.commandcenter.yml`; null: there is none
 */
export function readPolicy(yaml: string | null): ReadPolicy {
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
  // An empty file, or one with nothing but comments.
  const file = loaded.value == null ? {} : ((keepValid(PolicyFile, loaded.value, [], tell) ?? {}) as PolicyFile);
  const policy = toPolicy(file);
  if (told.length === 0) return { policy, problems: [] };
  const lineOf = linesOfNodes(yaml);
  const problems = told.slice(0, mostProblems).map(({ path, message }) => ({ line: lineOf(path), message }));
  return { policy, problems };
}

function loadYaml(yaml: string): { value: unknown } | { problem: PolicyProblem } {
  try {
    // Without aliases a text of this size cannot stand for a larger one.
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
  // Null says something else than nothing: that it is not asked.
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
    // What the gate fails for has to be a finding, or nobody could tell which function it is.
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
