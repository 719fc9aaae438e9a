import { databaseFaults } from './database-faults.ts';
import type { Fault } from './fault.ts';
import { processFaults } from './process-faults.ts';

/** The twenty faults that the fault tests can inject into a running server: those of its processes and those of its database. */
export const faults: readonly Fault[] = [...processFaults, ...databaseFaults];
