/** Returns true for a valid time that PostgreSQL can store. JavaScript has later and earlier years. */
export function isStorableTime(time: Date): boolean {
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999;
}
