import { describeMachine } from './report.ts';

/**
 * `npm run bench [-- ingest processing backfill lanes scale attack memory start analysis action]`: runs all benchmarks or the named ones.
 */
const benchmarks: Record<string, () => Promise<void>> = {
  async ingest() {
    const { benchIngest } = await import('./ingest.ts');
    await benchIngest('all');
    await benchIngest('ingest');
  },
  processing: async () => (await import('./processing.ts')).benchProcessing(),
  backfill: async () => (await import('./backfill.ts')).benchBackfill(),
  lanes: async () => (await import('./lanes.ts')).benchLanes(),
  scale: async () => (await import('./scale.ts')).benchScale(),
  attack: async () => (await import('./attack.ts')).benchAttack(),
  memory: async () => (await import('./memory.ts')).benchMemory(),
  start: async () => (await import('./start.ts')).benchStart(),
  analysis: async () => (await import('./analysis/bench-analysis.ts')).benchAnalysis(),
  action: async () => (await import('./action.ts')).benchAction(),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => benchmarks[name] === undefined);
if (unknown.length > 0) {
  console.error(`Unknown benchmark: ${unknown.join(', ')}. Available: ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(2);
}
console.log(describeMachine());
for (const [name, bench] of Object.entries(benchmarks)) {
  if (chosen.length === 0 || chosen.includes(name)) await bench();
}
