import { StartupError } from '../startup-errors.ts';

/**
 * Thrown when the keys that protect stored secrets cannot be used: `keys.unknown`, `keys.file`, `keys.wrong`. The server then exits with
 * 2.
 */
export class KeyError extends StartupError {
  constructor(code: `keys.${string}`, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, 2, message, options);
  }
}
