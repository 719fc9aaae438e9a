import { AnalysisError } from '../../errors.ts';

/** Thrown if a manifest or lockfile violates its format. The file is skipped, and the other ones are still read. */
export class ManifestError extends AnalysisError {
  /** Line of the error, counted from 1; null if the parser does not report a line. */
  readonly line: number | null;

  constructor(message: string, line: number | null, cause?: unknown) {
    super('manifest.invalid', message, { cause });
    this.name = 'ManifestError';
    this.line = line;
  }
}
