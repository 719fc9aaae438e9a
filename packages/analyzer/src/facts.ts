import { type Static, Type } from 'typebox';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const Count = (description: string) => Type.Integer({ minimum: 0, description });

export const LanguageFacts = Type.Object({
  name: Type.String(),
  files: Count('Files in this language.'),
  code: Count('Lines with code.'),
  comment: Count('Lines with only comments.'),
  blank: Count('Lines with only white space.'),
});
export type LanguageFacts = Static<typeof LanguageFacts>;

export const Technology = Type.Object({
  id: Type.String({ examples: ['postgresql'] }),
  name: Type.String({ examples: ['PostgreSQL'] }),
  category: Type.String({ examples: ['database'] }),
  paths: Type.Array(Type.String(), { description: 'Paths of files that show it, at most 20.' }),
});
export type Technology = Static<typeof Technology>;

export const Dependency = Type.Object({
  ecosystem: Type.String({ description: 'Name of the ecosystem in OSV.' }),
  name: Type.String(),
  version: Nullable(
    Type.String({ description: 'Resolved version; null if there is no lockfile and the manifest has a range.' }),
  ),
  requirement: Nullable(
    Type.String({ description: 'Requirement as the manifest states it; null for a transitive dependency.' }),
  ),
  direct: Type.Boolean(),
  scope: Type.Enum(['runtime', 'development']),
  manifest: Type.String({ description: 'Path of the lockfile, or of the manifest if there is no lockfile.' }),
  line: Nullable(Type.Integer({ minimum: 1, description: 'Its line in the manifest.' })),
  purl: Type.String({ description: 'Package URL.' }),
  via: Type.Array(Type.String(), {
    description: 'Shortest path to it, from a direct dependency to its parent; empty for a direct one.',
  }),
  licence: Type.Optional(
    Type.String({ description: 'License as the lockfile states it, usually an SPDX expression.' }),
  ),
  latest: Type.Optional(Type.String({ description: 'Newest version in its registry; only at depth comprehensive.' })),
});
export type Dependency = Static<typeof Dependency>;

export const ComplexityFacts = Type.Object({
  functions: Count('Functions that were measured.'),
  total: Count('Sum of their cyclomatic complexities.'),
  highest: Count('Highest complexity of a function.'),
  over_threshold: Count('Functions that reach the complexity threshold of the policy.'),
});
export type ComplexityFacts = Static<typeof ComplexityFacts>;

export const DuplicationFacts = Type.Object({
  lines: Count('Lines of the files that were compared.'),
  duplicated_lines: Count('Lines that occur more than once.'),
  percent: Type.Number({ minimum: 0, maximum: 100 }),
  clones: Count('Pairs of places with equal lines.'),
});
export type DuplicationFacts = Static<typeof DuplicationFacts>;

export const LicenseFacts = Type.Object({
  expression: Type.String({ description: 'SPDX expression, or "unknown".' }),
  packages: Count('Dependencies with this license.'),
});
export type LicenseFacts = Static<typeof LicenseFacts>;

export const Hotspot = Type.Object({
  path: Type.String(),
  commits: Count('Commits that changed it in the last year.'),
  complexity: Count('Sum of the complexities of its functions.'),
  authors: Count('People who changed it.'),
  main_author_percent: Type.Number({
    minimum: 0,
    maximum: 100,
    description: 'Share of the commits by the main author.',
  }),
});
export type Hotspot = Static<typeof Hotspot>;

/**
 * Facts of an analysis, in addition to findings. A fact is absent if the depth does not include its engine or the
 * engine failed.
 */
export const Facts = Type.Object({
  languages: Type.Array(LanguageFacts),
  technologies: Type.Array(Technology),
  dependencies: Type.Array(Dependency),
  complexity: Type.Optional(ComplexityFacts),
  duplication: Type.Optional(DuplicationFacts),
  licences: Type.Optional(Type.Array(LicenseFacts)),
  hotspots: Type.Optional(Type.Array(Hotspot)),
});
export type Facts = Static<typeof Facts>;
