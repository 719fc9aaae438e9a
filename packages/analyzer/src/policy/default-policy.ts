import type { AnalysisPolicy } from './policy.ts';

/** What is somebody else's, or made by a program. Built files are not among them: where they are checked in, people run them. */
const notOurs = [
  '**/node_modules',
  '**/bower_components',
  '**/vendor',
  '**/third_party',
  '**/.yarn',
  '**/*.min.{js,mjs,cjs,css}',
  '**/*.pb.go',
  '**/*_pb2.py',
  '**/*.g.dart',
  // Our own GitHub Action, built, as `commandcenter action install` puts it there.
  '.github/actions/commandcenter-analyze/dist',
];

/** Of a repository without `.commandcenter.yml`. */
export const defaultPolicy: AnalysisPolicy = {
  gate: {
    newFindings: { critical: 0, high: 0, medium: null, low: null },
    complexity: 30,
    duplicationPercent: null,
  },
  complexityThreshold: 15,
  exclude: notOurs,
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
