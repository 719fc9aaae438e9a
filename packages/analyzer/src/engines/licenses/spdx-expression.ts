import correct from 'spdx-correct';
import parse, { type SpdxNode } from 'spdx-expression-parse';

/** Maximum length of an SPDX expression: longer texts are none, and the parser recurses with each parenthesis. */
const maxLength = 512;
/** Texts that name no license, but that `spdx-correct` might turn into one. */
const noLicense =
  /^(?:unlicensed|unlicenced|see licen[cs]e\b.*|proprietary|commercial|custom|none|unknown|noassertion|other)$/i;

export interface LicenseExpression {
  /** The license as SPDX expression: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
  text: string;
  tree: SpdxNode;
}

/** Parses or corrects a license to an SPDX expression; returns null if it is not recognized. */
export function readExpression(text: string): LicenseExpression | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > maxLength || noLicense.test(trimmed)) return null;
  const exact = parseStrict(trimmed);
  if (exact !== null) return exact;
  // Cargo used to write a choice as `MIT/Apache-2.0`.
  const choice = /^[\w.+-]+(?:\s*\/\s*[\w.+-]+)+$/.test(trimmed)
    ? parseStrict(trimmed.replaceAll(/\s*\/\s*/g, ' OR '))
    : null;
  if (choice !== null) return choice;
  // `spdx-correct` would reduce a compound to the first license that it recognizes.
  if (/\b(?:and|or|with)\b|[/,;&|]/i.test(trimmed)) return null;
  const meant = correct(trimmed, { upgrade: false });
  return meant === null ? null : parseStrict(meant);
}

function parseStrict(text: string): LicenseExpression | null {
  try {
    return { text, tree: parse(text) };
  } catch {
    // The SPDX parser throws plain errors, and all of them mean that the text is not an expression.
    return null;
  }
}
