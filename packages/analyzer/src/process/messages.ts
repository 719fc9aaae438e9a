import type { AnalysisReport } from '../result.ts';
import type { AnalyzeSettings } from '../run/settings.ts';

/** Messages between the parent process and the child that runs the analysis; sent as structured clones. */
export type ToChild =
  | { kind: 'start'; settings: AnalyzeSettings; network: boolean }
  | { kind: 'result'; id: number; result: CallResult };

export type CallResult = { status: number; headers: Record<string, string>; body: Uint8Array } | { failed: string };

export interface Call {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}

/** Messages of the child process. The report is sent in parts, so that receiving one does not block the parent for long. */
export type FromChild =
  | { kind: 'up' }
  | { kind: 'progress'; percent: number; step: string }
  | { kind: 'call'; id: number; call: Call }
  | { kind: 'cancel_call'; id: number }
  | { kind: 'findings'; findings: AnalysisReport['findings'] }
  /** The facts as JSON, compressed with zstd. */
  | { kind: 'facts'; facts: Uint8Array }
  | {
      kind: 'done';
      report: Omit<AnalysisReport, 'findings' | 'facts'>;
      taskFingerprints: string[];
      createIssues: boolean;
      advisoryKey: string;
    }
  | { kind: 'failed'; error: { code: string; message: string; hint: string | undefined; bug: boolean } };
