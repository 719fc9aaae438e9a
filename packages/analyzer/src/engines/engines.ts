import type { Engine } from '../engine.ts';
import { bugPatternsEngine } from './bug-patterns/engine.ts';
import { complexityEngine } from './complexity/engine.ts';
import { dependenciesEngine } from './dependencies/engine.ts';
import { dockerfilesEngine } from './dockerfiles/engine.ts';
import { duplicationEngine } from './duplication/engine.ts';
import { freshnessEngine } from './freshness/engine.ts';
import { createHistoryEngine } from './history/engine.ts';
import { licencesEngine } from './licences/engine.ts';
import { linesEngine } from './lines/engine.ts';
import { secretsEngine } from './secrets/engine.ts';
import { secretsInspector } from './secrets/inspect.ts';
import { technologiesEngine } from './technologies/engine.ts';
import { vulnerabilitiesEngine } from './vulnerabilities/engine.ts';
import { workflowsEngine } from './workflows/engine.ts';

/**
 * All engines, in the order in which results list them. This is the only list: an engine with a file inspector brings
 * it along.
 */
export const engines: readonly Engine[] = [
  linesEngine,
  technologiesEngine,
  dependenciesEngine,
  vulnerabilitiesEngine,
  secretsEngine,
  workflowsEngine,
  dockerfilesEngine,
  complexityEngine,
  duplicationEngine,
  bugPatternsEngine,
  licencesEngine,
  createHistoryEngine(secretsInspector),
  freshnessEngine,
];
