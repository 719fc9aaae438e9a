declare module 'spdx-expression-parse' {
  export type SpdxNode =
    | { license: string; plus?: true; exception?: string }
    | { noassertion: true }
    | { left: SpdxNode; conjunction: 'and' | 'or'; right: SpdxNode };
  /** Throws an `Error` if the text is not an SPDX expression. */
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default function parse(expression: string): SpdxNode;
}

declare module 'spdx-correct' {
  /** Returns the expression that was probably meant; null if nothing is similar. */
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default function correct(text: string, options?: { upgrade?: boolean }): string | null;
}

declare module 'spdx-satisfies' {
  /** Throws an `Error` if one of them is not an expression, or if an approved one is a compound. */
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default function satisfies(expression: string, approved: string[]): boolean;
}
