import type { FileInspector } from '../engine.ts';
import { bugPatternsInspector } from '../engines/bug-patterns/inspect.ts';
import { complexityInspector } from '../engines/complexity/inspect.ts';
import { dockerfilesInspector } from '../engines/dockerfiles/inspect.ts';
import { duplicationInspector } from '../engines/duplication/inspect.ts';
import { linesInspector } from '../engines/lines/inspect.ts';
import { secretsInspector } from '../engines/secrets/inspect.ts';
import { workflowsInspector } from '../engines/workflows/inspect.ts';

/**
 * Inspectors of all engines. Worker threads identify an inspector by its index in this list, and a bit mask holds at
 * most 30.
 */
export const inspectors: readonly FileInspector[] = [
  linesInspector,
  secretsInspector,
  workflowsInspector,
  dockerfilesInspector,
  complexityInspector,
  duplicationInspector,
  bugPatternsInspector,
];
