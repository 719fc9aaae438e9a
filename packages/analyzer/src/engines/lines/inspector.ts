import type { FileInspector } from '../../engine.ts';
import { commentSyntaxOf } from '../../languages/comment-syntax.ts';
import { createLineScanner, type LineCounts, type LineScanner } from '../../languages/count-lines.ts';

/** Line counts of one file with its language, which for a file without an extension comes from its first line. */
export interface FileLines extends LineCounts {
  language: string;
}

const scanners = new Map<string, LineScanner>();

export const linesInspector: FileInspector<FileLines> = {
  name: 'lines',
  version: '1',
  depth: 'quick',
  seesExcluded: true,
  sizeLimit: 64 * 1024 ** 2,
  wants: () => true,
  inspect({ bytes, language }) {
    if (language === null) return undefined;
    let scanner = scanners.get(language);
    if (scanner === undefined) {
      scanner = createLineScanner(commentSyntaxOf(language));
      scanners.set(language, scanner);
    }
    return { language, ...scanner.count(bytes) };
  },
};
