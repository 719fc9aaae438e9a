declare module 'spdx-expression-parse' {
  export type SpdxNode =
    | { license: string; plus?: true; exception?: string }
    | { noassertion: true }
    | { left: SpdxNode; conjunction: 'and' | 'or'; right: SpdxNode };
  /** Throws an `Error` for what is no SPDX expression. */
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default function parse(expression: string): SpdxNode;
}

declare module 'spdx-correct' {
  /** The expression that was probably meant; null where nothing is like it. */
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default function correct(text: string, options?: { upgrade?: boolean }): string | null;
}

declare module 'spdx-satisfies' {
  /** Throws an `Error` where one of them is no expression, or an approved one is a compound. */
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default function satisfies(expression: string, approved: string[]): boolean;
}
