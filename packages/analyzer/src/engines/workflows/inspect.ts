import { YAMLException } from 'js-yaml';
import type { FileInspector } from '../../engine.ts';
import type { Fault } from './fault.ts';
import { exposedSecrets } from './rules/exposed-secrets.ts';
import { permissionsAndPins } from './rules/permissions.ts';
import { runnersAndCommands } from './rules/runners-and-commands.ts';
import { scriptInjection } from './rules/script-injection.ts';
import { untrustedCheckout } from './rules/untrusted-checkout.ts';
import { readWorkflow } from './workflow.ts';
import { parseYamlTree, type YamlDocument } from './yaml-tree.ts';

export interface FileWorkflow {
  faults: Fault[];
  /** True if actionlint can lint it: a valid workflow without YAML aliases, which it does not support. */
  lintable: boolean;
  /** True if steps beyond the limit were skipped. */
  truncated: boolean;
}

const MOST_FAULTS = 200;

const rules = [scriptInjection, untrustedCheckout, permissionsAndPins, exposedSecrets, runnersAndCommands];

export const workflowsInspector: FileInspector<FileWorkflow> = {
  name: 'workflows',
  version: '1',
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
      return { faults: [syntaxFault(error)], lintable: false, truncated: false };
    }
    const workflow = readWorkflow(document.root, source);
    if (workflow === undefined) return undefined;
    const faults = rules.flatMap((rule) => rule(workflow));
    return {
      faults: faults.slice(0, MOST_FAULTS),
      lintable: workflow.kind === 'workflow' && !document.hasAliases,
      truncated: workflow.truncated || faults.length > MOST_FAULTS,
    };
  },
};

function syntaxFault({ reason, mark }: YAMLException): Fault {
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
