import type { Engine, FileInspector } from '../engine.ts';

/** The modules of one engine. They are loaded on demand, because worker threads need only the inspectors. */
interface EngineRegistration {
  engine(): Promise<Engine>;
  /** Loads the engine's file inspector; absent if the engine does not inspect files one by one. */
  inspector?(): Promise<FileInspector>;
}

/** All engines, in the order in which results list them. To add an engine, add its folder and an entry here. */
const registrations: readonly EngineRegistration[] = [
  {
    engine: async () => (await import('./lines/engine.ts')).linesEngine,
    inspector: async () => (await import('./lines/inspector.ts')).linesInspector,
  },
  { engine: async () => (await import('./technologies/engine.ts')).technologiesEngine },
  { engine: async () => (await import('./dependencies/engine.ts')).dependenciesEngine },
  { engine: async () => (await import('./vulnerabilities/engine.ts')).vulnerabilitiesEngine },
  {
    engine: async () => (await import('./secrets/engine.ts')).secretsEngine,
    inspector: async () => (await import('./secrets/inspector.ts')).secretsInspector,
  },
  {
    engine: async () => (await import('./workflows/engine.ts')).workflowsEngine,
    inspector: async () => (await import('./workflows/inspector.ts')).workflowsInspector,
  },
  {
    engine: async () => (await import('./dockerfiles/engine.ts')).dockerfilesEngine,
    inspector: async () => (await import('./dockerfiles/inspector.ts')).dockerfilesInspector,
  },
  {
    engine: async () => (await import('./complexity/engine.ts')).complexityEngine,
    inspector: async () => (await import('./complexity/inspector.ts')).complexityInspector,
  },
  {
    engine: async () => (await import('./duplication/engine.ts')).duplicationEngine,
    inspector: async () => (await import('./duplication/inspector.ts')).duplicationInspector,
  },
  {
    engine: async () => (await import('./bug-patterns/engine.ts')).bugPatternsEngine,
    inspector: async () => (await import('./bug-patterns/inspector.ts')).bugPatternsInspector,
  },
  { engine: async () => (await import('./licenses/engine.ts')).licensesEngine },
  { engine: async () => (await import('./history/engine.ts')).historyEngine },
  { engine: async () => (await import('./freshness/engine.ts')).freshnessEngine },
];

export const loadEngines = (): Promise<Engine[]> => Promise.all(registrations.map(({ engine }) => engine()));

export const loadInspectors = (): Promise<FileInspector[]> =>
  Promise.all(registrations.flatMap(({ inspector }) => (inspector === undefined ? [] : [inspector()])));
