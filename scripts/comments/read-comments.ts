import { parseSync } from 'oxc-parser';

export interface Comment {
  /** Number of the line on which the comment begins, from 1. */
  line: number;
  /** Text of the comment on one line, without comment marks. */
  text: string;
}

interface Range {
  start: number;
  end: number;
}

/**
 * Returns the comments of a TypeScript, JavaScript or SQL file in the order of the file. Line comments that follow each other without
 * code or an empty line between them are one comment. Text in string literals is never taken for a comment.
 *
 * @param file name of the file; its extension decides the language
 */
export function readComments(file: string, source: string): Comment[] {
  const ranges = file.endsWith('.sql') ? sqlComments(source) : parseSync(file, source).comments;
  return joinLineComments(source, ranges).map(({ start, end }) => ({
    line: source.slice(0, start).split('\n').length,
    text: plainText(source.slice(start, end)),
  }));
}

/** A string literal, a quoted identifier or a dollar-quoted body comes first in the alternation, so that `--` within it is skipped. */
const SQL_TOKEN = /'(?:[^']|'')*'|"[^"]*"|(\$\w*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\//g;

function sqlComments(source: string): Range[] {
  return [...source.matchAll(SQL_TOKEN)]
    .filter(([token]) => token.startsWith('--') || token.startsWith('/*'))
    .map(({ 0: token, index }) => ({ start: index, end: index + token.length }));
}

function joinLineComments(source: string, comments: readonly Range[]): Range[] {
  const joined: Range[] = [];
  for (const { start, end } of comments) {
    const previous = joined.at(-1);
    const isLineComment = !source.startsWith('/*', start);
    const continues =
      previous !== undefined &&
      isLineComment &&
      !source.startsWith('/*', previous.start) &&
      /^\n[ \t]*$/.test(source.slice(previous.end, start));
    if (continues) previous.end = end;
    else joined.push({ start, end });
  }
  return joined;
}

function plainText(comment: string): string {
  const withoutMarks = comment.replace(/^\/\*+|\*\/$/g, '').replaceAll(/^[ \t]*(?:\/\/+|--|\*)/gm, '');
  return withoutMarks.replaceAll(/\s+/g, ' ').trim();
}
