import { type Static, Type } from 'typebox';
import { severities } from '../severity.ts';
import type { PolicyFormat } from './validate-leniently.ts';

/** Name of the policy file in the root of the repository. */
export const policyFileName = '.commandcenter.yml';
export const maxSuppressions = 1000;
const maxEntries = 1000;

// Creates the schema of a text. Its `expected` completes the sentence "it has to be …" in error messages.
const text = (description: string, maxLength = 500, format?: PolicyFormat) =>
  Type.String({
    ...(format === undefined ? {} : { format }),
    minLength: 1,
    maxLength,
    // Reject control characters and white space at the ends of a text, which are mistakes or attempts to deceive.
    pattern: '^[^\\s\\x00-\\x1f\\x7f](?:[^\\x00-\\x1f\\x7f]*[^\\s\\x00-\\x1f\\x7f])?$',
    description,
    expected: `one line of text, at most ${maxLength} characters`,
  });
const highest = (description: string, maximum = 1_000_000) =>
  Type.Optional(
    Type.Union([Type.Integer({ minimum: 0, maximum }), Type.Null()], {
      description,
      expected: `a whole number from 0 to ${maximum}, or null`,
    }),
  );
const list = (description: string, entry: ReturnType<typeof text>) =>
  Type.Optional(Type.Array(entry, { maxItems: maxEntries, description, expected: 'a list' }));
const licence = text('SPDX id', 100);

const GateFile = Type.Object(
  {
    new_critical: highest('Maximum number of new critical findings; null disables the condition. Default 0.'),
    new_high: highest('Maximum number of new high findings. Default 0.'),
    new_medium: highest('Maximum number of new medium findings. Default null.'),
    new_low: highest('Maximum number of new low findings. Default null.'),
    complexity: highest('Highest cyclomatic complexity of a new or changed function. Default 30.'),
    duplication_percent: Type.Optional(
      Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()], {
        description: 'Maximum percentage of duplicated lines. Default null.',
        expected: 'a number from 0 to 100, or null',
      }),
    ),
  },
  { description: 'Conditions of the gate.' },
);

const ruleOf = (description: string) =>
  Type.String({
    maxLength: 200,
    pattern: '^[a-z0-9][a-z0-9-]*/(?:\\*|[A-Za-z0-9][A-Za-z0-9._/@-]*)$',
    description,
    expected: 'a rule (secrets/aws-access-key) or all of an engine (secrets/*)',
  });

const SuppressionFile = Type.Object(
  {
    rule: ruleOf('A rule, or all rules of an engine: `secrets/aws-access-key`, `secrets/*`.'),
    path: Type.Optional(text('Glob of paths; all paths if absent.', 512, 'glob')),
    reason: text('Why the findings are accepted.'),
    owner: Type.Optional(text('Who is responsible for it.', 200)),
    expires: Type.String({
      format: 'date',
      description: 'Last day on which it applies, in UTC.',
      expected: 'a day like 2027-01-31',
    }),
  },
  { description: 'Findings that are accepted until a day.' },
);

const TasksFile = Type.Object(
  {
    rules: Type.Optional(
      Type.Array(
        Type.Object(
          {
            rule: ruleOf('A rule, or all rules of an engine: `vulnerabilities/*`.'),
            severity: Type.Optional(
              Type.Enum([...severities], {
                description: 'The lowest severity. Default low.',
                expected: `one of ${severities.join(', ')}`,
              }),
            ),
          },
          { description: 'Findings that become tasks.' },
        ),
        {
          maxItems: maxEntries,
          description:
            'Findings of the default branch that become research tasks. Default: high and critical vulnerabilities, and dependencies that are a major version behind.',
          expected: 'a list',
        },
      ),
    ),
    create_issues: Type.Optional(
      Type.Boolean({
        description: 'If true, each of these tasks also becomes an issue. Default false.',
        expected: 'true or false',
      }),
    ),
  },
  { description: 'Selection of findings that become research tasks.' },
);

const AnalysisFile = Type.Object({
  gate: Type.Optional(GateFile),
  complexity_threshold: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'Cyclomatic complexity from which a function is a finding. Default 15; lowered to that of the gate.',
      expected: 'a whole number from 1 to 10000',
    }),
  ),
  paths: Type.Optional(
    Type.Object({
      exclude: list(
        'Globs of paths that only the secrets and lines engines see, in addition to vendored and generated files. `!glob` includes paths again.',
        text('Glob', 512, 'glob-or-not'),
      ),
    }),
  ),
  licences: Type.Optional(
    Type.Object({
      deny: list('SPDX ids of licenses that no dependency may have: `AGPL-3.0-only`.', licence),
      allow: list('SPDX ids of the licenses that dependencies may have; empty allows all.', licence),
    }),
  ),
  suppressions: Type.Optional(
    Type.Array(SuppressionFile, {
      maxItems: maxSuppressions,
      description: 'Findings that are accepted until a day.',
      expected: 'a list',
    }),
  ),
  tasks: Type.Optional(TasksFile),
});

/** Schema of `.commandcenter.yml`. */
export const PolicyFile = Type.Object({ analysis: Type.Optional(AnalysisFile) });
export type PolicyFile = Static<typeof PolicyFile>;
