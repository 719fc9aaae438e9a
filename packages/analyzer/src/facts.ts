import { type Static, Type } from 'typebox';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const Count = (description: string) => Type.Integer({ minimum: 0, description });

export const LanguageFacts = Type.Object({
  name: Type.String(),
  files: Count('Files in this language.'),
  code: Count('Lines with code.'),
  comment: Count('Lines with nothing but comment.'),
  blank: Count('Lines with nothing but white space.'),
});
export type LanguageFacts = Static<typeof LanguageFacts>;

export const Technology = Type.Object({
  id: Type.String({ examples: ['postgresql'] }),
  name: Type.String({ examples: ['PostgreSQL'] }),
  category: Type.String({ examples: ['database'] }),
  paths: Type.Array(Type.String(), { description: 'Where it shows, at most 20.' }),
});
export type Technology = Static<typeof Technology>;

export const Dependency = Type.Object({
  ecosystem: Type.String({ description: 'As OSV names it.' }),
  name: Type.String(),
  version: Nullable(
    Type.String({ description: 'Resolved; null where no lockfile says it and the manifest gives a range.' }),
  ),
  requirement: Nullable(Type.String({ description: 'As the manifest asks for it; null for a transitive one.' })),
  direct: Type.Boolean(),
  scope: Type.Enum(['runtime', 'development']),
  manifest: Type.String({ description: 'The file that says so: the lockfile where there is one.' }),
  line: Nullable(Type.Integer({ minimum: 1, description: 'Its line in the manifest.' })),
  purl: Type.String({ description: 'Package URL.' }),
  via: Type.Array(Type.String(), {
    description: 'The shortest path that brings it in, from a direct dependency to its parent; empty for a direct one.',
  }),
  licence: Type.Optional(Type.String({ description: 'SPDX expression, where the repository itself tells it.' })),
  latest: Type.Optional(Type.String({ description: 'Newest version in its registry (comprehensive).' })),
});
export type Dependency = Static<typeof Dependency>;

export const ComplexityFacts = Type.Object({
  functions: Count('Functions looked at.'),
  total: Count('Sum of their cyclomatic complexities.'),
  highest: Count('The highest one.'),
  over_threshold: Count('Functions above the threshold of the policy.'),
});
export type ComplexityFacts = Static<typeof ComplexityFacts>;

export const DuplicationFacts = Type.Object({
  lines: Count('Lines of the files that were compared.'),
  duplicated_lines: Count('Lines that stand elsewhere too.'),
  percent: Type.Number({ minimum: 0, maximum: 100 }),
  clones: Count('Pairs of places.'),
});
export type DuplicationFacts = Static<typeof DuplicationFacts>;

export const LicenseFacts = Type.Object({
  expression: Type.String({ description: 'SPDX expression, or "unknown".' }),
  packages: Count('Dependencies under it.'),
});
export type LicenseFacts = Static<typeof LicenseFacts>;

export const Hotspot = Type.Object({
  path: Type.String(),
  commits: Count('Commits that changed it in the last year.'),
  complexity: Count('Sum of the complexities of its functions.'),
  authors: Count('People who changed it.'),
  main_author_percent: Type.Number({ minimum: 0, maximum: 100, description: "The main author's part of the commits." }),
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
