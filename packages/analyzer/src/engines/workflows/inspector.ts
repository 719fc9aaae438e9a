import { YAMLException } from 'js-yaml';
import type { FileInspector } from '../../engine.ts';
import type { FileFinding } from '../../finding.ts';
import { readWorkflow } from './read-workflow.ts';
import { exposedSecrets } from './rules/exposed-secrets.ts';
import { permissionsAndPins } from './rules/permissions.ts';
import { runnersAndCommands } from './rules/runners-and-commands.ts';
import { scriptInjection } from './rules/script-injection.ts';
import { untrustedCheckout } from './rules/untrusted-checkout.ts';
import { parseYamlTree, type YamlDocument } from './yaml-tree.ts';

export interface FileWorkflow {
  findings: FileFinding[];
  /** True if actionlint can lint the file: a valid workflow without YAML aliases, which actionlint does not support. */
  lintable: boolean;
  /** True if the workflow has more steps than the limit, so that some were skipped. */
  truncated: boolean;
}

const MAX_FINDINGS = 200;

const rules = [scriptInjection, untrustedCheckout, permissionsAndPins, exposedSecrets, runnersAndCommands];

export const workflowsInspector: FileInspector<FileWorkflow> = {
  name: 'workflows',
  version: '2',
  depth: 'quick',
  sizeLimit: 512 * 1024,
  wants: ({ path }) => /^\.github\/workflows\/[^/]+\.ya?ml$/i.test(path) || /(?:^|\/)action\.ya?ml$/i.test(path),
  inspect({ text }) {
    const source = text().replace(/^\uFEFF/, '');
    let document: YamlDocument;
    try {
      document = parseYamlTree(source);
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      return { findings: [syntaxFinding(error)], lintable: false, truncated: false };
    }
    const workflow = readWorkflow(document.root, source);
    if (workflow === undefined) return undefined;
    const findings = rules.flatMap((rule) => rule(workflow));
    return {
      findings: findings.slice(0, MAX_FINDINGS),
      lintable: workflow.kind === 'workflow' && !document.hasAliases,
      truncated: workflow.truncated || findings.length > MAX_FINDINGS,
    };
  },
};

function syntaxFinding({ reason, mark }: YAMLException): FileFinding {
  const line = (mark?.line ?? 0) + 1;
  return {
    rule: 'workflows/syntax',
    severity: 'medium',
    title: 'The file is not YAML, so that GitHub does not run it',
    message: `${reason.slice(0, 300)} (line ${line}).`,
    start_line: line,
    end_line: line,
    fix: 'Mend the line that is named.',
    identity: 'yaml',
  };
}
