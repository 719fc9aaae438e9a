import { type Static, Type } from 'typebox';
import { findingStates, type Severity, severities } from './severity.ts';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const FindingPackage = Type.Object({
  name: Type.String(),
  version: Type.String(),
  ecosystem: Type.String({ description: "Name in OSV: 'npm', 'PyPI', 'Go', 'crates.io', 'Maven', …" }),
  fixed_in: Type.Optional(Type.String({ description: 'The lowest version that is not affected.' })),
});
export type FindingPackage = Static<typeof FindingPackage>;

export const FindingSuppression = Type.Object({
  reason: Type.String(),
  owner: Type.Optional(Type.String()),
  expires: Type.String({ description: 'Last day on which it applies, `YYYY-MM-DD`, UTC.' }),
});
export type FindingSuppression = Static<typeof FindingSuppression>;

const found = {
  rule: Type.String({ description: 'Engine and name: `secrets/aws-access-key`.' }),
  severity: Type.Enum([...severities]),
  title: Type.String({ description: 'One line of plain text.' }),
  message: Type.String({ description: 'Plain text: the problem and why it matters.' }),
  path: Nullable(
    Type.String({
      description: 'Relative to the root of the repository, with slashes; null if the finding is about the repository.',
    }),
  ),
  start_line: Nullable(Type.Integer({ minimum: 1 })),
  end_line: Nullable(Type.Integer({ minimum: 1 })),
  package: Type.Optional(FindingPackage),
  fix: Type.Optional(Type.String({ description: 'How to fix it.' })),
  url: Type.Optional(Type.String({ description: 'Address of further information.' })),
  value: Type.Optional(
    Type.Number({ description: 'Measured value if the rule has a threshold, such as a complexity.' }),
  ),
};

/** A finding as in reports and the API. */
export const Finding = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  fingerprint: Type.String({
    description: 'Identifies the finding in every analysis of the repository, also if its lines or its file moved.',
  }),
  engine: Type.String(),
  state: Type.Enum([...findingStates]),
  ...found,
  suppression: Type.Optional(FindingSuppression),
});
export type Finding = Static<typeof Finding>;

/** A finding as an engine returns it, before it is compared with a base. */
export interface RawFinding {
  /** Id of the rule: `<engine>/<name in kebab case>`. */
  rule: string;
  severity: Severity;
  /** Title of the finding: one line of plain text, at most 200 characters. */
  title: string;
  /** Message of the finding in plain text. It must not contain a complete secret. */
  message: string;
  path: string | null;
  /** First line of the finding, counted from 1; null if it is about the whole file or repository. */
  start_line: number | null;
  end_line: number | null;
  package?: FindingPackage;
  fix?: string;
  url?: string;
  /** Measured value, such as a complexity, if the rule of the finding has a threshold. */
  value?: number;
  /**
   * Severity that applies if the finding is new compared with a base: a weakness that was accepted in old code may be a risk in a change.
   */
  severityIfNew?: Severity;
  /**
   * Identifies the finding among those of its rule and path, and stays the same if lines move or are reformatted: a
   * function's name, a package with its advisory, or a hash of the lines without white space.
   */
  identity: string;
}

/** A finding within one file, without the path: inspectors' results are cached by the file's content. */
export type FileFinding = Omit<RawFinding, 'path'>;
