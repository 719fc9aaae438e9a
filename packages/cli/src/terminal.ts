import type { ExitCode } from './cli-error.ts';

/** The environment and streams that every command gets. */
export interface Terminal {
  environment: NodeJS.ProcessEnv;
  /** Names of the environment variables that were set by the `.env` file in the working directory. */
  fileVariables: Set<string>;
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  /** Exit code of the process if no error is thrown. */
  exitCode: ExitCode;
}
