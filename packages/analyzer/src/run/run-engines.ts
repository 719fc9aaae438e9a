import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Coverage, Engine, EngineContext, EngineOutcome, InspectedFiles } from '../engine.ts';
import { AnalysisError } from '../errors.ts';
import type { EngineReport } from '../result.ts';
import type { SourceTree } from '../tree/source-tree.ts';

/** The run of one engine on one tree. */
export interface EngineRun {
  engine: Engine;
  /** Outcome of the engine; undefined if the engine failed, and then `report` has the reason. */
  outcome: EngineOutcome | undefined;
  report: EngineReport;
}

export interface RunEnginesOptions
  extends Omit<EngineContext, 'inspected' | 'outcomeOf' | 'signal' | 'temporaryFolder' | 'cache'> {
  engines: readonly Engine[];
  /** Returns the tree that an engine gets: with or without the files that the policy excludes. */
  treeFor(engine: Engine): SourceTree;
  /** Signal that is aborted if the whole analysis is canceled. */
  signal: AbortSignal;
  /** Private folder for temporary files; each engine gets a subfolder. */
  temporaryFolder: string;
  cacheOf(engine: Engine): EngineContext['cache'];
  /** Results of the running file pass, by inspector. */
  inspection: Promise<ReadonlyMap<string, InspectedFiles<unknown> & { seconds: number }>>;
  /** Returns whether an engine must wait for the file pass. */
  needsInspection(engine: Engine): boolean;
  onEnd(run: EngineRun): void;
}

const TIME_LIMIT_SECONDS = 120;
const nothingSeen: Coverage = { filesSeen: 0, skipped: [], complete: false };

/** Runs the engines concurrently, each as soon as the engines it needs are done. If one fails, the others continue. */
export async function runEngines(options: RunEnginesOptions): Promise<EngineRun[]> {
  const runs = new Map<string, Promise<EngineRun>>();
  const runOf = (engine: Engine): Promise<EngineRun> => {
    const running = runs.get(engine.name) ?? runOne(engine);
    runs.set(engine.name, running);
    return running;
  };
  const runOne = async (engine: Engine): Promise<EngineRun> => {
    const earlier = new Map<string, EngineOutcome | undefined>();
    for (const name of engine.after ?? []) {
      const other = options.engines.find((one) => one.name === name);
      if (other !== undefined) earlier.set(name, (await runOf(other)).outcome);
    }
    const run = await runEngine(engine, earlier, options);
    options.onEnd(run);
    return run;
  };
  return await Promise.all(options.engines.map(runOf));
}

async function runEngine(
  engine: Engine,
  earlier: ReadonlyMap<string, EngineOutcome | undefined>,
  options: RunEnginesOptions,
): Promise<EngineRun> {
  const limit = engine.timeLimitSeconds ?? TIME_LIMIT_SECONDS;
  let seconds = 0;
  try {
    const inspected = options.needsInspection(engine) ? await options.inspection : new Map();
    seconds += inspected.get(engine.name)?.seconds ?? 0;
    options.signal.throwIfAborted();
    const temporaryFolder = join(options.temporaryFolder, engine.name);
    await mkdir(temporaryFolder, { recursive: true, mode: 0o700 });
    const begun = performance.now();
    const tooLong = AbortSignal.timeout(limit * 1000);
    const signal = AbortSignal.any([options.signal, tooLong]);
    const context: EngineContext = {
      ...options,
      signal,
      temporaryFolder,
      cache: options.cacheOf(engine),
      inspected: <Result>(name: string) => (inspected.get(name) ?? notInspected(name)) as InspectedFiles<Result>,
      outcomeOf: (name) => earlier.get(name),
    };
    try {
      const outcome = await raceAgainstAbort(engine.run(options.treeFor(engine), context), signal);
      seconds += (performance.now() - begun) / 1000;
      return { engine, outcome, report: reportOf(engine, outcome.coverage, seconds) };
    } catch (error) {
      seconds += (performance.now() - begun) / 1000;
      options.signal.throwIfAborted();
      const reason = tooLong.aborted ? `It took longer than the ${limit} s it may take.` : reasonOf(error);
      return { engine, outcome: undefined, report: reportOf(engine, { ...nothingSeen, reason }, seconds) };
    }
  } catch (error) {
    options.signal.throwIfAborted();
    return {
      engine,
      outcome: undefined,
      report: reportOf(engine, { ...nothingSeen, reason: reasonOf(error) }, seconds),
    };
  }
}

/** Stops waiting for an engine that ignores its signal. */
async function raceAgainstAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    // An abandoned engine may fail later; attach a no-op catch to prevent an unhandled rejection.
    work.catch(() => undefined);
  }
}

function notInspected(name: string): InspectedFiles<unknown> {
  return { results: new Map(), coverage: { ...nothingSeen, reason: `No file was looked at by ${name}.` } };
}

function reasonOf(error: unknown): string {
  if (error instanceof AnalysisError)
    return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  return `It failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
}

function reportOf({ name, version }: Engine, coverage: Coverage, seconds: number): EngineReport {
  return {
    name,
    version,
    files_seen: coverage.filesSeen,
    files_skipped: coverage.skipped.reduce((sum, { files }) => sum + files, 0),
    skipped: coverage.skipped,
    seconds: Math.round(seconds * 1000) / 1000,
    complete: coverage.complete,
    ...(coverage.reason === undefined ? {} : { reason: coverage.reason }),
    notes: coverage.notes ?? [],
  };
}
