import { createHash } from 'node:crypto';
import type { AnalysisAnnotation } from '@commandcenter/integration-kit';
import { cutText } from './cut-text.ts';

/** Most annotations that one check run gets. GitHub has no limit, but 500 (ten requests of 50) are enough to read. */
const MAX_ANNOTATIONS = 500;
const MAX_TITLE_LENGTH = 255;
const MAX_MESSAGE_BYTES = 65_535;

/** An annotation in GitHub's format: https://docs.github.com/rest/checks/runs#create-a-check-run */
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
  /** Hash of the list of annotations, by which a retry recognizes an interrupted publication of the same list. */
  digest: string;
  leftOut: number;
}

/**
 * Converts annotations to GitHub's format. Leaves out annotations with a path that GitHub refuses, and corrects lines and lengths,
 * because GitHub refuses all annotations of a request if one is invalid.
 */
export function toAnnotations(annotations: readonly AnalysisAnnotation[]): Annotations {
  const list = annotations
    .filter(({ path }) => isRelative(path))
    .slice(0, MAX_ANNOTATIONS)
    .map(toAnnotation);
  const digest = createHash('sha256').update(JSON.stringify(list)).digest('hex').slice(0, 16);
  return { list, digest, leftOut: annotations.length - list.length };
}

function toAnnotation({ path, startLine, endLine, level, title, message }: AnalysisAnnotation): GitHubAnnotation {
  const start = lineNumber(startLine);
  return {
    path,
    start_line: start,
    end_line: Math.max(start, lineNumber(endLine)),
    annotation_level: level,
    message: cutText(message.trim() === '' ? title || 'No message.' : message, MAX_MESSAGE_BYTES, '… (cut)'),
    ...(title === '' ? {} : { title: shortTitle(title) }),
  };
}

/** Returns the text as one line that is not longer than GitHub allows for titles. */
export function shortTitle(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MAX_TITLE_LENGTH ? line : `${line.slice(0, MAX_TITLE_LENGTH - 1).trimEnd()}…`;
}

const lineNumber = (line: number): number => (Number.isSafeInteger(line) && line > 0 ? line : 1);

const isRelative = (path: string): boolean =>
  path !== '' &&
  !/^[A-Za-z]:/.test(path) &&
  !path.includes('\0') &&
  !path.split('/').some((part) => part === '' || part === '..' || part === '.');
