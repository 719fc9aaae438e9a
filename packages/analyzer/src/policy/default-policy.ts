import type { AnalysisPolicy } from './policy.ts';

/** Vendored and generated files. Build output is not included, because it runs if it is committed. */
const vendoredAndGenerated = [
  '**/node_modules',
  '**/bower_components',
  '**/vendor',
  '**/third_party',
  '**/.yarn',
  '**/*.min.{js,mjs,cjs,css}',
  '**/*.pb.go',
  '**/*_pb2.py',
  '**/*.g.dart',
  // The bundle of our GitHub Action, as installed by `commandcenter action install`.
  '.github/actions/commandcenter-analyze/dist',
];

/** Policy of a repository without `.commandcenter.yml`. */
export const defaultPolicy: AnalysisPolicy = {
  gate: {
    newFindings: { critical: 0, high: 0, medium: null, low: null },
    complexity: 30,
    duplicationPercent: null,
  },
  complexityThreshold: 15,
  exclude: vendoredAndGenerated,
  licences: { allow: [], deny: [] },
  suppressions: [],
  tasks: {
    rules: [
      { rule: 'vulnerabilities/*', severity: 'high' },
      { rule: 'freshness/major-behind', severity: 'low' },
    ],
    createIssues: false,
  },
};
