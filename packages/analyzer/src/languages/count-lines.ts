import type { CommentSyntax } from './comment-syntax.ts';

export interface LineCounts {
  code: number;
  comment: number;
  blank: number;
}

const NEWLINE = 10;
const BACKSLASH = 92;
const SLASH = 47;
const PLAIN = 0;
const SPACE = 1;
const SPECIAL = 2;

/** A comment syntax prepared for scanning bytes. */
export interface LineScanner {
  count(bytes: Buffer): LineCounts;
}

interface Opening {
  text: Buffer;
  kind: 'line' | 'block' | 'quote' | 'longQuote';
  close: Buffer;
  doc: boolean;
  atLineStart: boolean;
}

/**
 * Counts lines like cloc: a line with only white space is blank everywhere, a line with only comments is a comment, all
 * others are code. It makes one pass over the bytes and examines only those that can begin a token.
 */
export function createLineScanner(syntax: CommentSyntax): LineScanner {
  const openings = openingsOf(syntax);
  const classes = new Uint8Array(256);
  for (const space of [9, 11, 12, 13, 32]) classes[space] = SPACE;
  const byFirst: (Opening[] | undefined)[] = [];
  for (const opening of openings) {
    const first = opening.text[0] ?? 0;
    classes[first] = SPECIAL;
    const others = byFirst[first];
    if (others === undefined) byFirst[first] = [opening];
    else others.push(opening);
  }
  if (syntax.regex) classes[SLASH] = SPECIAL;
  const trivial = openings.length === 0;
  return { count: (bytes) => scan(bytes, classes, byFirst, trivial, syntax.regex === true) };
}

function openingsOf({ line, block, quotes, longQuotes, docQuotes = [], blockAtLineStart }: CommentSyntax): Opening[] {
  const opening = (text: string, kind: Opening['kind'], close: string, more: Partial<Opening> = {}): Opening => ({
    text: Buffer.from(text),
    kind,
    close: Buffer.from(close),
    doc: false,
    atLineStart: false,
    ...more,
  });
  return [
    ...block.map(([open, close]) => opening(open, 'block', close, { atLineStart: blockAtLineStart === true })),
    ...line.map((text) => opening(text, 'line', '\n')),
    ...longQuotes.map((text) => opening(text, 'longQuote', text, { doc: docQuotes.includes(text) })),
    ...quotes.map((text) => opening(text, 'quote', text)),
  ].sort((a, b) => b.text.length - a.text.length);
}

function scan(
  bytes: Buffer,
  classes: Uint8Array,
  byFirst: readonly (Opening[] | undefined)[],
  trivial: boolean,
  regex: boolean,
): LineCounts {
  const counts: LineCounts = { code: 0, comment: 0, blank: 0 };
  const { length } = bytes;
  let hasCode = false;
  let hasComment = false;
  /** Last byte of code on the current line, which decides whether a following slash begins a regular expression. */
  let previous = 0;
  let lineStart = 0;
  let i = 0;
  // Skip a byte order mark.
  if (length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) lineStart = i = 3;

  const endLine = (): void => {
    if (hasCode) counts.code += 1;
    else if (hasComment) counts.comment += 1;
    else counts.blank += 1;
    hasCode = false;
    hasComment = false;
    previous = 0;
  };
  /** Counts the text up to `end` as code or comment and moves `i` there. */
  const takeUntil = (end: number, asCode: boolean): void => {
    while (i < end) {
      const byte = bytes[i] ?? 0;
      if (byte === NEWLINE) {
        endLine();
        lineStart = i + 1;
      } else if (classes[byte] !== SPACE) {
        if (asCode) hasCode = true;
        else hasComment = true;
        // Search only up to `end`: otherwise a line with a thousand strings would be searched a thousand times.
        const next = bytes.subarray(i, end).indexOf(NEWLINE);
        i = next < 0 ? end : i + next;
        continue;
      }
      i += 1;
    }
  };

  while (i < length) {
    const byte = bytes[i] ?? 0;
    if (byte === NEWLINE) {
      endLine();
      i += 1;
      lineStart = i;
      continue;
    }
    const kind = classes[byte] ?? PLAIN;
    if (kind === SPACE) {
      i += 1;
      continue;
    }
    if (kind === PLAIN) {
      hasCode = true;
      if (trivial) {
        const next = bytes.indexOf(NEWLINE, i);
        i = next < 0 ? length : next;
        continue;
      }
      previous = byte;
      i += 1;
      continue;
    }
    const opening = openingAt(bytes, i, byFirst[byte], lineStart);
    if (opening === undefined) {
      hasCode = true;
      if (regex && byte === SLASH && mayBeginRegex(previous, bytes, i)) {
        i = endOfRegex(bytes, i + 1);
        previous = SLASH;
        continue;
      }
      previous = byte;
      i += 1;
      continue;
    }
    if (opening.kind === 'line') {
      if (!hasCode) hasComment = true;
      const next = bytes.indexOf(NEWLINE, i);
      i = next < 0 ? length : next;
    } else if (opening.kind === 'block') {
      const close = bytes.indexOf(opening.close, i + opening.text.length);
      takeUntil(close < 0 ? length : close + opening.close.length, false);
    } else {
      const doc = opening.doc && !hasCode;
      const end = endOfQuote(bytes, i + opening.text.length, opening);
      takeUntil(end, !doc);
      previous = opening.text[0] ?? 0;
    }
  }
  if (length > lineStart) endLine();
  return counts;
}

function openingAt(
  bytes: Buffer,
  at: number,
  candidates: readonly Opening[] | undefined,
  lineStart: number,
): Opening | undefined {
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) {
    if (candidate.atLineStart && at !== lineStart) continue;
    const { text } = candidate;
    let n = 1;
    while (n < text.length && bytes[at + n] === text[n]) n += 1;
    if (n === text.length) return candidate;
  }
  return undefined;
}

/**
 * Returns the offset after the closing quote. An unclosed single-line quote ends at the end of the line, because it is
 * an apostrophe.
 */
function endOfQuote(bytes: Buffer, from: number, { close, kind }: Opening): number {
  const [first = 0] = close;
  for (let i = from; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === BACKSLASH) i += 1;
    else if (byte === NEWLINE && kind === 'quote') return i;
    else if (byte === first && (close.length === 1 || bytes.subarray(i, i + close.length).equals(close)))
      return i + close.length;
  }
  return bytes.length;
}

/**
 * A slash begins a regular expression after an operator, an opening bracket or a keyword; after a value it is a
 * division.
 */
function mayBeginRegex(previous: number, bytes: Buffer, at: number): boolean {
  if (previous === 0) return true;
  const character = String.fromCharCode(previous);
  if ('(,=:[!&|?{};+-*%<>~^'.includes(character)) return true;
  if (!/[a-z]/.test(character)) return false;
  return /\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|yield|await)\s*$/.test(
    bytes.toString('latin1', Math.max(0, at - 12), at),
  );
}

function endOfRegex(bytes: Buffer, from: number): number {
  let inClass = false;
  for (let i = from; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === NEWLINE) return i;
    if (byte === BACKSLASH) i += 1;
    else if (byte === 91) inClass = true;
    else if (byte === 93) inClass = false;
    else if (byte === SLASH && !inClass) return i + 1;
  }
  return bytes.length;
}
