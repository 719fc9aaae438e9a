import type { Coverage, Engine } from '../../engine.ts';
import type { RawFinding } from '../../finding.ts';
import { type Severity, severities } from '../../severity.ts';
import { SkippedPaths } from '../../tree/skipped-paths.ts';
import { isTestPath } from '../../tree/test-path.ts';
import { type FileSecrets, type RedactedSecret, secretsInspector } from './inspector.ts';
import { remedies, secretRules } from './secret-rules.ts';

/** Reports passwords, tokens and keys in files. Comments in the repository cannot suppress them. */
export const secretsEngine: Engine = {
  name: secretsInspector.name,
  version: secretsInspector.version,
  depth: secretsInspector.depth,
  seesExcluded: true,
  async run(_tree, context) {
    const { results, coverage } = context.inspected<FileSecrets>(secretsInspector.name);
    const findings: RawFinding[] = [];
    const skipped = new SkippedPaths(coverage.skipped);
    const notes: string[] = [];
    let binaries = 0;
    for (const [path, { secrets, more = 0, binary }] of results) {
      if (binary) {
        skipped.add('binary', path);
        binaries += 1;
      }
      if (more > 0) notes.push(`${path} has ${more} more than the ${secrets.length} worst secrets that are listed.`);
      for (const secret of secrets) findings.push(findingOf(path, secret, context.now));
    }
    const seen: Coverage = { ...coverage, filesSeen: coverage.filesSeen - binaries, skipped: skipped.list() };
    if (notes.length > 0) seen.notes = [...(coverage.notes ?? []), ...notes.slice(0, 20)];
    return { findings, coverage: seen };
  },
};

function findingOf(path: string, trace: RedactedSecret, now: Date): RawFinding {
  const { rule, line, endLine, begins, length, identity, expires, note } = trace;
  const { what, url } = secretRules[rule] ?? { what: 'secret' };
  const expired = expires !== undefined && expires * 1000 < now.getTime();
  const trial = isTestPath(path);
  const severity = expired ? 'low' : trial ? lowered(trace.severity) : trace.severity;
  const sentences = [
    `${article(what)} ${what} ${begins === '' ? `of ${length} characters` : `that begins with "${begins}" and has ${length} characters`} stands in this file: whoever can read the repository, or any copy of its history, can use it.`,
  ];
  if (note !== undefined) sentences.push(note);
  if (expired) sentences.push('It has expired.');
  else if (trial)
    sentences.push(
      'The path is one of tests, examples or documentation: if it was never valid, replace it by one that cannot be.',
    );
  return {
    rule: `secrets/${rule}`,
    severity,
    title: `${what.charAt(0).toUpperCase()}${what.slice(1)} in ${path}`.slice(0, 200),
    message: sentences.join(' '),
    path,
    start_line: line,
    end_line: endLine,
    fix: `${remedies[rule] ?? 'Revoke it'} first: removing it from the file does not make it secret again. Then keep the new one outside of the repository (environment, secret store).`,
    ...(url === undefined ? {} : { url }),
    identity,
  };
}

const article = (what: string): string => (/^[aeio]|^(?:npm|SSH|age)\b/i.test(what) ? 'An' : 'A');

const lowered = (severity: Severity): Severity =>
  severities[Math.min(severities.indexOf(severity) + 1, severities.length - 1)] ?? 'low';
