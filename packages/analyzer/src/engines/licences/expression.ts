import correct from 'spdx-correct';
import parse, { type SpdxNode } from 'spdx-expression-parse';

/** What is longer is no expression that a person wrote. The parser goes as deep as there are parentheses. */
const longest = 512;
/** They say where the licence stands, or that there is none; `spdx-correct` would make a licence of some. */
const noLicence =
  /^(?:unlicensed|unlicenced|see licen[cs]e\b.*|proprietary|commercial|custom|none|unknown|noassertion|other)$/i;

export interface LicenceExpression {
  /** SPDX: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ */
  text: string;
  tree: SpdxNode;
}

/** The SPDX expression that a text is, or was probably meant to be; null where nobody could tell. */
export function readExpression(text: string): LicenceExpression | null {
  const told = text.trim();
  if (told === '' || told.length > longest || noLicence.test(told)) return null;
  const exact = parsed(told);
  if (exact !== null) return exact;
  // `MIT/Apache-2.0`, as Cargo once wrote it.
  const choice = /^[\w.+-]+(?:\s*\/\s*[\w.+-]+)+$/.test(told) ? parsed(told.replaceAll(/\s*\/\s*/g, ' OR ')) : null;
  if (choice !== null) return choice;
  // Of a compound it would take the first that it knows.
  if (/\b(?:and|or|with)\b|[/,;&|]/i.test(told)) return null;
  const meant = correct(told, { upgrade: false });
  return meant === null ? null : parsed(meant);
}

function parsed(text: string): LicenceExpression | null {
  try {
    return { text, tree: parse(text) };
  } catch {
    // Its errors have no class: any is one of the text.
    return null;
  }
}
