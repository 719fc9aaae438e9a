import { type Static, Type } from 'typebox';
import { Facts } from './facts.ts';
import { Finding } from './finding.ts';

const Count = Type.Integer({ minimum: 0 });
export const SeverityCounts = Type.Object({ critical: Count, high: Count, medium: Count, low: Count });
export type SeverityCounts = Static<typeof SeverityCounts>;

export const GateCondition = Type.Object({
  name: Type.String({ description: 'Stable: `new_critical`, `new_high`, `complexity`, …' }),
  passed: Type.Boolean(),
  value: Type.Number(),
  threshold: Type.Number(),
  fix: Type.String({ description: 'How to make it pass; empty if it passed.' }),
});
export type GateCondition = Static<typeof GateCondition>;

export const Gate = Type.Object({ passed: Type.Boolean(), conditions: Type.Array(GateCondition) });
export type Gate = Static<typeof Gate>;

export const SkippedFiles = Type.Object({
  reason: Type.String({ description: 'Why they were skipped.' }),
  files: Count,
  examples: Type.Array(Type.String(), { description: 'At most 5 paths.' }),
});
export type SkippedFiles = Static<typeof SkippedFiles>;

export const EngineReport = Type.Object({
  name: Type.String(),
  version: Type.String(),
  files_seen: Count,
  files_skipped: Count,
  skipped: Type.Array(SkippedFiles),
  seconds: Type.Number({ minimum: 0 }),
  complete: Type.Boolean({
    description: 'False if it failed, exceeded its time limit, or skipped files that it should have analyzed.',
  }),
  reason: Type.Optional(Type.String({ description: 'Why it is incomplete and how to fix that.' })),
  notes: Type.Array(Type.String(), {
    description: 'Further information, such as the age of the advisory database.',
  }),
});
export type EngineReport = Static<typeof EngineReport>;

/** Result of an analysis: the `result` of a `repository_analysis` job. */
export const AnalysisResult = Type.Object({
  summary: Type.String({ description: 'A few lines of Markdown.' }),
  critical_issues: Type.Integer({ minimum: 0, description: 'Number of new critical findings.' }),
  counts: Type.Object({ new: SeverityCounts, all: SeverityCounts }),
  gate: Gate,
  engines: Type.Array(EngineReport),
  complete: Type.Boolean({ description: 'True if every engine of the depth is complete.' }),
  report_url: Type.Union([Type.String(), Type.Null()]),
});
export type AnalysisResult = Static<typeof AnalysisResult>;

/** The complete report, as printed by `analyze --format json` and `GET /jobs/{id}/report`. */
export const AnalysisReport = Type.Object({
  tool: Type.Object({ name: Type.String(), version: Type.String() }),
  repository: Type.Object({
    name: Type.String(),
    commit: Type.Union([Type.String(), Type.Null()]),
    base: Type.Union([Type.String(), Type.Null()]),
  }),
  depth: Type.Enum(['quick', 'standard', 'comprehensive']),
  created_at: Type.String({ description: 'RFC 3339.' }),
  result: AnalysisResult,
  findings: Type.Array(Finding),
  facts: Facts,
});
export type AnalysisReport = Static<typeof AnalysisReport>;
