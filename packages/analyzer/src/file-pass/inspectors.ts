import type { FileInspector } from '../engine.ts';
import { loadInspectors } from '../engines/registry.ts';

/**
 * Inspectors of all engines. Worker threads load this module and identify an inspector by its index; a bit mask holds
 * at most 30.
 */
export const inspectors: readonly FileInspector[] = await loadInspectors();
