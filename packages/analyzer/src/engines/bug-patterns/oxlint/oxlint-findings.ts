import type { FileFinding } from '../../../finding.ts';
import type { SourceTree } from '../../../tree/source-tree.ts';
import { identityOf, numberEqualFindings } from '../finding-identity.ts';
import { oxlintRules } from './oxlint-rules.ts';
import type { Diagnostic } from './run-oxlint.ts';

const MAX_PER_FILE = 100;

/**
 * Converts oxlint's diagnostics to findings by path. Syntax errors are dropped, because they usually mean newer syntax
 * or another language.
 */
export async function oxlintFindings(
  diagnostics: readonly Diagnostic[],
  tree: SourceTree,
): Promise<Map<string, FileFinding[]>> {
  const byFile = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    if (diagnostic.filename === undefined || !oxlintRules.has(diagnostic.code ?? '')) continue;
    const path = diagnostic.filename.slice(tree.root.length + 1);
    if (tree.get(path) === undefined) continue;
    const others = byFile.get(path);
    if (others === undefined) byFile.set(path, [diagnostic]);
    else others.push(diagnostic);
  }
  const files = new Map<string, FileFinding[]>();
  for (const [path, ofFile] of byFile) {
    const lines = (await tree.read(path)).toString('utf8').split('\n');
    ofFile.sort((a, b) => lineOf(a) - lineOf(b));
    const findings = ofFile.slice(0, MAX_PER_FILE).map((diagnostic) => toFinding(diagnostic, lines));
    files.set(path, numberEqualFindings(findings));
  }
  return files;
}

const lineOf = ({ labels }: Diagnostic): number => labels[0]?.span.line ?? 1;

function toFinding(diagnostic: Diagnostic, lines: readonly string[]): FileFinding {
  const { code = '', message, help, url } = diagnostic;
  const { rule, severity } = oxlintRules.get(code) ?? { rule: 'bug-patterns/unknown', severity: 'low' };
  const line = lineOf(diagnostic);
  const [title = ''] = message.split('\n');
  return {
    rule,
    severity,
    title: title.slice(0, 200),
    message: `${message.slice(0, 1000)} (${code})`,
    start_line: line,
    end_line: line,
    ...(help === undefined ? {} : { fix: help.slice(0, 1000) }),
    ...(url === undefined ? {} : { url }),
    identity: identityOf(lines[line - 1] ?? ''),
  };
}
