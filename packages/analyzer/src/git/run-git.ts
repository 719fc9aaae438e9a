import { AnalysisError } from '../errors.ts';
import { type GitOptions, streamGit } from './stream-git.ts';

export interface RunGitOptions extends GitOptions {
  /** Maximum size of the output in bytes; default 16 MiB. */
  outputLimit?: number;
}

const OUTPUT_LIMIT = 16 * 1024 ** 2;

/**
 * Runs git and returns its output. Throws the errors of `streamGit`, and AnalysisError `source.too_large` for too much
 * output.
 */
export async function runGit(
  args: readonly string[],
  options: RunGitOptions,
): Promise<{ exitCode: number; output: Buffer }> {
  const { outputLimit = OUTPUT_LIMIT } = options;
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = streamGit(args, options);
  try {
    for (;;) {
      const { done, value } = await stream.next();
      if (done === true) return { exitCode: value, output: Buffer.concat(chunks) };
      size += value.length;
      if (size > outputLimit) {
        throw new AnalysisError('source.too_large', `git ${args[0]} answered with more than ${outputLimit} bytes.`);
      }
      chunks.push(value);
    }
  } finally {
    await stream.return(0);
  }
}

/** Returns git's output as one line. */
export async function runGitLine(args: readonly string[], options: RunGitOptions): Promise<string> {
  const { output } = await runGit(args, options);
  return output.toString('utf8').trimEnd();
}
