import { FAILSAFE_SCHEMA, load, YAMLException } from 'js-yaml';
import { createScanner, type ParseError, parse as parseJsonc, printParseErrorCode } from 'jsonc-parser';
import { parse as parseTomlDocument, TomlError } from 'smol-toml';
import { lineCounter } from './line-finder.ts';
import { ManifestError } from './manifest-error.ts';

/**
 * Parses strict JSON, which every package manager but Bun writes. V8's parser is not recursive, so that deep nesting is
 * safe.
 */
export const parseJson = (source: string): unknown => {
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw jsonError(source, false, cause);
  }
};

/** Parses JSON with comments and trailing commas: it drops these and parses the remaining tokens as strict JSON. */
export const parseLenientJson = (source: string): unknown => {
  const scanner = createScanner(source, true);
  const kept: string[] = [];
  // SyntaxKind is an ambient const enum, which erasable syntax cannot use: 2 is `}`, 4 is `]`, 5 is `,`, 17 is the end.
  for (let kind: number = scanner.scan(); kind !== 17; kind = scanner.scan()) {
    if ((kind === 2 || kind === 4) && kept.at(-1) === ',') kept.pop();
    kept.push(source.substr(scanner.getTokenOffset(), scanner.getTokenLength()));
  }
  try {
    return JSON.parse(kept.join(''));
  } catch (cause) {
    throw jsonError(source, true, cause);
  }
};

/** Finds the position of an error with a second parser, because V8 reports it only within its message. */
const jsonError = (source: string, lenient: boolean, cause: unknown): ManifestError => {
  const errors: ParseError[] = [];
  try {
    parseJsonc(source, errors, { allowTrailingComma: lenient, disallowComments: !lenient });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new ManifestError('not valid JSON, and nested too deeply to say where', null, cause);
  }
  const first = errors[0];
  if (first === undefined) return new ManifestError('not valid JSON', null, cause);
  return new ManifestError(
    `not valid JSON: ${printParseErrorCode(first.error)}`,
    lineCounter(source)(first.offset),
    cause,
  );
};

/**
 * Parses YAML with all scalars as strings, so that a version `1.10` does not become the number 1.1. At most 100 aliases
 * and 100 levels are allowed.
 */
export const parseYaml = (source: string): unknown => {
  try {
    return load(source, { schema: FAILSAFE_SCHEMA, maxAliases: 100, maxDepth: 100 });
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    throw new ManifestError(
      `not valid YAML: ${cause.reason}`,
      cause.mark === undefined ? null : cause.mark.line + 1,
      cause,
    );
  }
};

export const parseToml = (source: string): unknown => {
  try {
    return parseTomlDocument(source, { maxDepth: 100 });
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    throw new ManifestError(
      `not valid TOML: ${cause.message.split('\n', 1)[0]?.replace('Invalid TOML document: ', '')}`,
      cause.line,
      cause,
    );
  }
};
