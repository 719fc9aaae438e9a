/** Error of an analysis that failed for a reason that the user can fix. */
export class AnalysisError extends Error {
  /** Stable identifier of the error, such as `source.not_a_repository`. */
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'AnalysisError';
    this.code = code;
    this.hint = options.hint;
  }
}

export class FileTooLargeError extends AnalysisError {
  constructor(path: string, size: number, limit: number) {
    super('file.too_large', `${path} has ${size} bytes, more than the ${limit} that are read.`);
    this.name = 'FileTooLargeError';
  }
}
