declare module 'spdx-expression-parse' {
  export type SpdxNode =
    | { license: string; plus?: true; exception?: string }
    | { noassertion: true }
    | { left: SpdxNode; conjunction: 'and' | 'or'; right: SpdxNode };
  /** Parses an SPDX expression; throws an `Error` if the text is none. */
  // biome-ignore lint/style/noDefaultExport: the package `spdx-expression-parse` has only a default export
  export default function parse(expression: string): SpdxNode;
}

declare module 'spdx-correct' {
  /** Corrects a license name; returns the SPDX expression that was probably meant, or null if nothing is similar. */
  // biome-ignore lint/style/noDefaultExport: the package `spdx-correct` has only a default export
  export default function correct(text: string, options?: { upgrade?: boolean }): string | null;
}

declare module 'spdx-satisfies' {
  /**
   * Returns whether a license expression is satisfied by approved licenses. Throws an `Error` if one of the texts is not an SPDX
   * expression, or if an approved one is a compound.
   */
  // biome-ignore lint/style/noDefaultExport: the package `spdx-satisfies` has only a default export
  export default function satisfies(expression: string, approved: string[]): boolean;
}
