import type { Finding } from '../finding.ts';
import type { AnalysisReport } from '../result.ts';
import { severities } from '../severity.ts';
import { oneLine } from './safe-text.ts';
import { type SarifResult, toResult } from './sarif/result.ts';
import { rulesOf, type SarifRule } from './sarif/rules.ts';
import { incompleteEngines } from './verdict.ts';

export interface SarifOptions {
  /**
   * Omits fixed and suppressed findings. GitHub code scanning ignores `baselineState`, and by default also `suppressions`, so it would
   * open an alert for each of these findings.
   */
  openOnly?: boolean;
}

/** The used part of SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export interface SarifLog {
  $schema: string;
  version: '2.1.0';
  runs: [SarifRun];
}

interface SarifRun {
  tool: { driver: { name: string; version: string; rules: SarifRule[] } };
  automationDetails: { id: string };
  invocations: [{ executionSuccessful: boolean; endTimeUtc?: string; toolExecutionNotifications: Notification[] }];
  originalUriBaseIds: Record<string, { description: { text: string } }>;
  columnKind: 'utf16CodeUnits';
  results: SarifResult[];
  properties: Record<string, unknown>;
}

interface Notification {
  level: 'warning' | 'error';
  message: { text: string };
}

/**
 * GitHub's limit of results per upload:
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
 */
const maxResults = 5000;

/**
 * Converts the findings to a SARIF 2.1.0 log. Of more than 5,000 findings it contains the most severe ones, with a
 * notification.
 */
export function toSarif(report: AnalysisReport, { openOnly = false }: SarifOptions = {}): SarifLog {
  const wanted = openOnly ? report.findings.filter(isOpen) : report.findings;
  const findings = wanted.length > maxResults ? wanted.toSorted(openAndWorstFirst).slice(0, maxResults) : wanted;
  const { rules, indexOf } = rulesOf(findings);
  const notifications = incompleteEngines(report.result.engines).map(
    ({ name, reason }): Notification => ({ level: 'error', message: { text: `${name} is not complete: ${reason}` } }),
  );
  if (findings.length < wanted.length) {
    const text = `Of ${wanted.length} findings the ${maxResults} most severe are here. The JSON report has all.`;
    notifications.push({ level: 'warning', message: { text } });
  }
  const hasBase = report.repository.base !== null;
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'CommandCenter', version: oneLine(report.tool.version, 100), rules } },
        // GitHub uses the part before the last slash as the category, which separates uploads of different tools.
        automationDetails: { id: 'commandcenter/' },
        invocations: [
          {
            executionSuccessful: report.result.complete,
            endTimeUtc: report.created_at,
            toolExecutionNotifications: notifications,
          },
        ],
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => toResult(finding, indexOf(finding.rule), hasBase)),
        properties: {
          repository: oneLine(report.repository.name, 300),
          ...(report.repository.commit === null ? {} : { commit: report.repository.commit }),
          ...(report.repository.base === null ? {} : { base: report.repository.base }),
          depth: report.depth,
          gatePassed: report.result.gate.passed,
        },
      },
    ],
  };
}

const isOpen = ({ state }: Finding): boolean => state === 'new' || state === 'existing';

const openAndWorstFirst = (a: Finding, b: Finding): number =>
  Number(isOpen(b)) - Number(isOpen(a)) || severities.indexOf(a.severity) - severities.indexOf(b.severity);
