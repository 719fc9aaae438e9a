import { createHash } from 'node:crypto';
import type { AnalysisAnnotation } from '@commandcenter/integration-kit';
import { cutText } from './cut-text.ts';

/** GitHub takes any number; ten requests are enough to read, and what is left out is in the details. */
const MOST_ANNOTATIONS = 500;
const MOST_TITLE_LENGTH = 255;
const MOST_MESSAGE_BYTES = 65_535;

/** As GitHub takes it. https://docs.github.com/rest/checks/runs#create-a-check-run */
interface GitHubAnnotation {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: AnalysisAnnotation['level'];
  message: string;
  title?: string;
}

export interface Annotations {
  list: GitHubAnnotation[];
  /** The same for the same list. */
  digest: string;
  leftOut: number;
}

/** What GitHub would refuse is left out (paths) or put right (lines, lengths), so that one finding does not hold up all others. */
export function toAnnotations(given: readonly AnalysisAnnotation[]): Annotations {
  const list = given
    .filter(({ path }) => isRelative(path))
    .slice(0, MOST_ANNOTATIONS)
    .map(toAnnotation);
  const digest = createHash('sha256').update(JSON.stringify(list)).digest('hex').slice(0, 16);
  return { list, digest, leftOut: given.length - list.length };
}

function toAnnotation({ path, startLine, endLine, level, title, message }: AnalysisAnnotation): GitHubAnnotation {
  const start = lineNumber(startLine);
  return {
    path,
    start_line: start,
    end_line: Math.max(start, lineNumber(endLine)),
    annotation_level: level,
    message: cutText(message.trim() === '' ? title || 'No message.' : message, MOST_MESSAGE_BYTES, '… (cut)'),
    ...(title === '' ? {} : { title: shortTitle(title) }),
  };
}

/** One line that is no longer than GitHub's titles. */
export function shortTitle(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MOST_TITLE_LENGTH ? line : `${line.slice(0, MOST_TITLE_LENGTH - 1).trimEnd()}…`;
}

const lineNumber = (line: number): number => (Number.isSafeInteger(line) && line > 0 ? line : 1);

const isRelative = (path: string): boolean =>
  path !== '' &&
  !/^[A-Za-z]:/.test(path) &&
  !path.includes('\0') &&
  !path.split('/').some((part) => part === '' || part === '..' || part === '.');
