import { databaseFaults } from './database-faults.ts';
import type { Fault } from './fault.ts';
import { processFaults } from './process-faults.ts';

/** The twenty faults, by name. */
export const faults: readonly Fault[] = [...processFaults, ...databaseFaults];
