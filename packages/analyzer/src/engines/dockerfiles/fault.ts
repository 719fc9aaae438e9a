import type { RawFinding } from '../../finding.ts';

/** A finding within one file, without the path: results are cached by the file's content. */
export type Fault = Omit<RawFinding, 'path'>;
