import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memberOf, parseYamlTree, textAt } from '../../../../../packages/analyzer/src/engines/workflows/yaml-tree.ts';
import { readLog, type StepLog } from './commands.ts';
import { type Contexts, evaluate } from './expression.ts';
import { readOutputs } from './output-file.ts';

export interface ActionStep {
  /** Path of the folder that contains `action.yml`. */
  actionFolder: string;
  /** Inputs from the workflow's `with:`, with evaluated expressions. */
  with: Readonly<Record<string, string>>;
  contexts: Contexts;
  /** All environment variables of the process, except those for inputs and files. */
  environment: Readonly<Record<string, string>>;
  workspace: string;
  /** Folder for the files of this step. */
  folder: string;
  secrets: readonly string[];
  /** Text that earlier steps wrote into the job's summary. */
  summary?: string;
}

/** The result of running a step. */
export interface StepRun extends StepLog {
  /** Exit code of the process; -1 if it had to be killed. */
  exitCode: number;
  /** Complete output of the step in its order. */
  output: string;
  outputs: Readonly<Record<string, string>>;
  /** The job's summary in Markdown. */
  summary: string;
}

export interface RunningStep {
  /** Returns the output of the step so far. */
  output(): string;
  /** Cancels the workflow, so that the step gets the runner's signals. */
  cancel(): void;
  ended: Promise<StepRun>;
}

/**
 * Signals that the runner sends when a workflow is cancelled, each with the pause after it in milliseconds:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
const SIGNALS: readonly (readonly [signal: NodeJS.Signals, pauseMs: number])[] = [
  ['SIGINT', 7500],
  ['SIGTERM', 2500],
  ['SIGKILL', 0],
];

/** Starts the `main` script of an action that runs on Node 24. */
export async function startAction(step: ActionStep): Promise<RunningStep> {
  const action = parseYamlTree(await readFile(join(step.actionFolder, 'action.yml'), 'utf8')).root;
  const using = textAt(action, 'runs', 'using');
  if (using !== 'node24') throw new Error(`This runner has no ${using}.`);
  const inputs = new Map<string, string>();
  const declared = memberOf(action, 'inputs');
  for (const { key } of declared?.kind === 'mapping' ? declared.entries : []) {
    inputs.set(key.value, evaluate(textAt(declared, key.value, 'default') ?? '', step.contexts));
  }
  for (const [name, value] of Object.entries(step.with)) inputs.set(name, value);

  const outputFile = join(step.folder, 'output');
  const summaryFile = join(step.folder, 'summary');
  await writeFile(outputFile, '');
  await writeFile(summaryFile, step.summary ?? '');
  const child = spawn(process.execPath, [join(step.actionFolder, textAt(action, 'runs', 'main') ?? '')], {
    cwd: step.workspace,
    env: {
      ...step.environment,
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      ...Object.fromEntries([...inputs].map(([name, value]) => [variableOf(name), value])),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const closed = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  return {
    output: () => output,
    async cancel() {
      for (const [signal, pauseMs] of SIGNALS) {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill(signal);
        await sleep(pauseMs, undefined, { ref: false });
      }
    },
    ended: closed.then(async (exitCode) => ({
      exitCode,
      output,
      ...readLog(output, step.secrets),
      outputs: readOutputs(await readFile(outputFile, 'utf8')),
      summary: await readFile(summaryFile, 'utf8'),
    })),
  };
}

/**
 * Returns the environment variable of an input. Spaces become `_` and hyphens stay:
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 */
const variableOf = (input: string): string => `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`;
