import type { Finding } from '../../finding.ts';
import type { Severity } from '../../severity.ts';
import { oneLine, webLink } from '../safe-text.ts';

export interface SarifResult {
  ruleId: string;
  ruleIndex: number;
  level: 'error' | 'warning' | 'note';
  message: { text: string };
  locations: [{ physicalLocation: { artifactLocation: { uri: string; uriBaseId: string }; region: Region } }];
  partialFingerprints: Record<string, string>;
  baselineState?: 'new' | 'unchanged' | 'absent';
  suppressions?: { kind: 'external'; status: 'accepted'; justification: string }[];
  properties: Record<string, unknown>;
}

interface Region {
  startLine: number;
  endLine?: number;
}

export const levelOf = (severity: Severity): 'error' | 'warning' | 'note' =>
  severity === 'critical' || severity === 'high' ? 'error' : severity === 'medium' ? 'warning' : 'note';

const baselineStates = { new: 'new', existing: 'unchanged', suppressed: 'unchanged', fixed: 'absent' } as const;

/** Placeholder path, because GitHub rejects an upload with any result that has no file. */
const repositoryAsFile = 'REPOSITORY';

export function toResult(finding: Finding, ruleIndex: number, hasBase: boolean): SarifResult {
  const { rule, severity, state, path, start_line, end_line, fingerprint, suppression } = finding;
  const region: Region = { startLine: start_line ?? 1 };
  if (start_line !== null && end_line !== null && end_line >= start_line) region.endLine = end_line;
  const url = webLink(finding.url);
  return {
    ruleId: oneLine(rule, 200),
    ruleIndex,
    level: levelOf(severity),
    message: { text: messageOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: path === null ? repositoryAsFile : toUri(path), uriBaseId: '%SRCROOT%' },
          region,
        },
      },
    ],
    // GitHub compares results of two uploads only by `primaryLocationLineHash`.
    partialFingerprints: { 'commandcenter/v1': fingerprint, primaryLocationLineHash: `${fingerprint}:1` },
    ...(hasBase ? { baselineState: baselineStates[state] } : {}),
    ...(suppression === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: justificationOf(suppression) }] }),
    properties: {
      severity,
      state,
      ...(finding.value === undefined ? {} : { value: finding.value }),
      ...(finding.package === undefined ? {} : { package: finding.package }),
      ...(url === null ? {} : { url }),
    },
  };
}

function messageOf({ title, message, fix }: Finding): string {
  const text = `${oneLine(title, 300)}. ${oneLine(message, 2000)}${fix === undefined ? '' : ` Fix: ${oneLine(fix, 1000)}`}`;
  // In SARIF messages `[text](target)` is a link and `{0}` a placeholder (sections 3.11.5 and 3.11.6 of the standard).
  return text.replaceAll('](', '] (').replace(/\{(\d+)\}/g, '{{$1}}');
}

const justificationOf = ({ reason, owner, expires }: NonNullable<Finding['suppression']>): string =>
  `${oneLine(reason, 500)} (until ${oneLine(expires, 20)}${owner === undefined ? '' : `, ${oneLine(owner, 200)}`})`;

/** Encodes a path as a relative URI. A colon is encoded too, because it could be taken for a scheme. */
const toUri = (path: string): string =>
  path
    .toWellFormed()
    .split('/')
    .map((name) => encodeURIComponent(name))
    .join('/');
