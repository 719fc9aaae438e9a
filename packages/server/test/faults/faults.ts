import { databaseFaults } from './database-faults.ts';
import type { Fault } from './fault.ts';
import { processFaults } from './process-faults.ts';

/** All twenty faults. */
export const faults: readonly Fault[] = [...processFaults, ...databaseFaults];
