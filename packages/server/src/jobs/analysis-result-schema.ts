import { AnalysisReport, AnalysisResult, Finding } from '@commandcenter/analyzer';
import Type from 'typebox';

const finding: Type.Static<typeof Finding> = {
  id: 1,
  fingerprint: '3f8a0c6d1b5e47f29a7c',
  engine: 'secrets',
  rule: 'secrets/aws-access-key',
  severity: 'critical',
  state: 'new',
  title: 'AWS access key',
  message: 'An access key of AWS stands in the source. Whoever can read the repository can use it.',
  path: 'src/upload.ts',
  start_line: 12,
  end_line: 12,
  fix: 'Revoke the key at AWS, then read the new one from the environment.',
};

const none = { critical: 0, high: 0, medium: 0, low: 0 };
const one = { ...none, critical: 1 };

export const analysisResultExample: Type.Static<typeof AnalysisResult> = {
  summary: '**Gate failed**: 1 new critical finding.',
  critical_issues: 1,
  counts: { new: one, all: one },
  gate: {
    passed: false,
    conditions: [
      { name: 'new_critical', passed: false, value: 1, threshold: 0, fix: 'Mend or suppress secrets/aws-access-key.' },
    ],
  },
  engines: [
    {
      name: 'secrets',
      version: '1',
      files_seen: 118,
      files_skipped: 2,
      skipped: [{ reason: 'binary', files: 2, examples: ['logo.png'] }],
      seconds: 0.31,
      complete: true,
      notes: [],
    },
  ],
  complete: true,
  report_url: 'http://localhost:8000/api/v1/jobs/1/report.html?expires=1772409600&signature=Zm9yIGV4YW1wbGU',
};

/** As the analyzer has them, under the names they have in the API description. */
export const FindingView = Type.Object(Finding.properties, { title: 'Finding', examples: [finding] });

export const AnalysisResultView = Type.Object(AnalysisResult.properties, {
  title: 'AnalysisResult',
  description: 'The `result` of a completed `repository_analysis`.',
  examples: [analysisResultExample],
});

export const AnalysisReportView = Type.Object(
  { ...AnalysisReport.properties, result: AnalysisResultView, findings: Type.Array(FindingView) },
  {
    title: 'AnalysisReport',
    examples: [
      {
        tool: { name: 'commandcenter', version: '0.1.0' },
        repository: { name: 'my-org/my-repo', commit: 'f3b0d6f7f0c1b1f4a8f2f6a0b9d3c5e7a1b2c3d4', base: null },
        depth: 'standard',
        created_at: '2026-01-31T12:00:00.000Z',
        result: analysisResultExample,
        findings: [finding],
        facts: {
          languages: [{ name: 'TypeScript', files: 120, code: 9200, comment: 800, blank: 1100 }],
          technologies: [{ id: 'postgresql', name: 'PostgreSQL', category: 'database', paths: ['compose.yaml'] }],
          dependencies: [],
        },
      },
    ],
  },
);
