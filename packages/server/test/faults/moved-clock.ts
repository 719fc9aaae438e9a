/**
 * Module that is loaded into a server process before its own code (`NODE_OPTIONS=--import`). Each SIGUSR2 moves the process's clock:
 * first one hour ahead, then one hour back, then to the true time.
 */
const HOUR_MS = 3_600_000;
const offsets = [HOUR_MS, -HOUR_MS, 0];
const TrueDate = Date;
const trueNow = Date.now;
let moves = 0;
let offset = 0;

process.on('SIGUSR2', () => {
  offset = offsets[moves % offsets.length] ?? 0;
  moves += 1;
});

class MovedDate extends TrueDate {
  constructor(...values: [number | string | Date] | []) {
    super(...((values.length === 0 ? [MovedDate.now()] : values) as [number]));
  }
  static override now(): number {
    return trueNow.call(TrueDate) + offset;
  }
}
globalThis.Date = MovedDate as DateConstructor;
