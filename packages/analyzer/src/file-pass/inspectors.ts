import type { FileInspector } from '../engine.ts';
import { bugPatternsInspector } from '../engines/bug-patterns/inspect.ts';
import { complexityInspector } from '../engines/complexity/inspect.ts';
import { dockerfilesInspector } from '../engines/dockerfiles/inspect.ts';
import { duplicationInspector } from '../engines/duplication/inspect.ts';
import { linesInspector } from '../engines/lines/inspect.ts';
import { secretsInspector } from '../engines/secrets/inspect.ts';
import { workflowsInspector } from '../engines/workflows/inspect.ts';

/** Everything that looks at files one by one. Their order is part of what the threads tell each other; at most 30. */
export const inspectors: readonly FileInspector[] = [
  linesInspector,
  secretsInspector,
  workflowsInspector,
  dockerfilesInspector,
  complexityInspector,
  duplicationInspector,
  bugPatternsInspector,
];
