import { AnalysisError } from '../../errors.ts';

/** A manifest or lockfile says something that its format does not allow. The file is skipped; the others go on. */
export class ManifestError extends AnalysisError {
  /** Counted from 1; null where the parser does not tell. */
  readonly line: number | null;

  constructor(message: string, line: number | null, cause?: unknown) {
    super('manifest.invalid', message, { cause });
    this.name = 'ManifestError';
    this.line = line;
  }
}
