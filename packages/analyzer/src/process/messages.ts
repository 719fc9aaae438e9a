import type { AnalysisReport } from '../result.ts';
import type { AnalyzeSettings } from '../run/settings.ts';

/** Between the process that wants an analysis and the one that does it; structured clone. */
export type ToChild =
  | { kind: 'start'; settings: AnalyzeSettings; network: boolean }
  | { kind: 'answer'; id: number; answer: CallAnswer };

export type CallAnswer = { status: number; headers: Record<string, string>; body: Uint8Array } | { failed: string };

export interface Call {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}

/** A report in pieces: none of them is so large that taking it in stops the receiver for long. */
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
