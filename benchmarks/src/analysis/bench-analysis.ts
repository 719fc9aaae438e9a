import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure, format, heading, median } from '../report.ts';
import { changeFiles, makeSampleTree, makeTreeOf, type SampleTree } from './sample-tree.ts';

const ROUNDS = 5;
const PROGRAM = join(import.meta.dirname, 'analyze-and-measure.ts');
/** Names of the engines that run in an analysis of depth `standard`. */
const ENGINES = [
  'lines',
  'technologies',
  'dependencies',
  'vulnerabilities',
  'secrets',
  'workflows',
  'dockerfiles',
  'complexity',
  'duplication',
  'bug-patterns',
  'licences',
];

interface Measured {
  seconds: number;
  megabytes: number;
}

/** Compares whole processes of the analyzer and of cloc, which run alternately on the same tree. */
export async function benchAnalysis(): Promise<void> {
  heading('Analysis, against cloc --skip-uniqueness');
  if (spawnSync('cloc', ['--version']).status !== 0) {
    throw new Error('cloc is not installed. Run: apt-get install cloc');
  }
  using tree = makeSampleTree();
  console.log(`     ${tree.files} files`);
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const cloc = timeCloc(tree);
    const quick = analyze(tree, 'quick');
    const standard = analyze(tree, 'standard');
    console.log(
      `round ${round + 1}: cloc ${format(cloc)} s, quick ${format(quick.seconds)} s, standard ${format(standard.seconds)} s`,
    );
    return { cloc, quick, standard };
  });
  const ratio = (of: (round: (typeof rounds)[number]) => number): number => median(rounds.map(of));
  figure(
    'quick / cloc',
    ratio(({ cloc, quick }) => quick.seconds / cloc),
    '',
    { atMost: 1 },
  );
  figure(
    'standard / cloc',
    ratio(({ cloc, standard }) => standard.seconds / cloc),
    '',
    { atMost: 3 },
  );
  const megabytes = Math.max(...rounds.flatMap(({ quick, standard }) => [quick.megabytes, standard.megabytes]));
  figure('peak memory', megabytes, 'MB', { atMost: 700 });

  const medianSeconds = (engines: string[]): number =>
    median(Array.from({ length: 3 }, () => analyze(tree, 'standard', { engines }).seconds));
  const withoutEngines = medianSeconds([]);
  const alone = ENGINES.map((engine) => medianSeconds([engine]));
  const sum = alone.reduce((total, seconds) => total + seconds, 0);
  // Count the start of the process and the listing of files only once, although each measurement of a single engine contains them.
  const work = withoutEngines + alone.reduce((total, seconds) => total + Math.max(0, seconds - withoutEngines), 0);
  const together = median(rounds.map(({ standard }) => standard.seconds));
  console.log(
    `     engines alone: ${ENGINES.map((name, index) => `${name} ${format(alone[index] ?? 0)}`).join(', ')} s; withoutEngines ${format(withoutEngines)} s`,
  );
  figure('standard / sum of its engines alone', together / sum, '', { atMost: 0.9 });
  console.log(`     the same with start and listing counted once: ${format(together / work)}`);

  const cacheFolder = mkdtempSync(join(tmpdir(), 'commandcenter-cache-'));
  const first = analyze(tree, 'standard', { cacheFolder });
  const again = Array.from({ length: 3 }, () => {
    changeFiles(tree, 10);
    return analyze(tree, 'standard', { cacheFolder }).seconds;
  });
  rmSync(cacheFolder, { recursive: true });
  figure('again after 10 files changed / first', median(again) / first.seconds, '', { atMost: 0.3 });

  using small = makeTreeOf(tree, 1000);
  using large = makeTreeOf(tree, 50_000);
  figure('50,000 files / 1,000 files', analyze(large, 'standard').seconds / analyze(small, 'standard').seconds, '', {
    atMost: 60,
  });
}

function timeCloc({ root }: SampleTree): number {
  const startedAt = performance.now();
  execFileSync('cloc', ['--quiet', '--skip-uniqueness', root], { stdio: 'ignore' });
  return (performance.now() - startedAt) / 1000;
}

function analyze(
  { root }: SampleTree,
  depth: 'quick' | 'standard',
  more: { engines?: string[]; cacheFolder?: string } = {},
): Measured {
  const settings = { root, depth, cacheFolder: null, ...more };
  const printed = execFileSync(process.execPath, [PROGRAM, JSON.stringify(settings)], { encoding: 'utf8' });
  return JSON.parse(printed) as Measured;
}
