import type { RawFinding } from '../../finding.ts';

/** A finding before it is known which file it is of. */
export type Fault = Omit<RawFinding, 'path'>;
