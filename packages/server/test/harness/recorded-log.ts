import { type Logger, pino } from 'pino';

/** One record of a log: level as pino's number. */
export interface LogRecord {
  level: number;
  msg: string;
  err?: { type?: string; message?: string; code?: string };
  [field: string]: unknown;
}

/** A log whose records can be read, from `warn` on. */
export function createRecordedLog(): { log: Logger; records: LogRecord[] } {
  const records: LogRecord[] = [];
  const write = (line: string): void => void records.push(JSON.parse(line) as LogRecord);
  return { log: pino({ level: 'warn' }, { write }), records };
}
