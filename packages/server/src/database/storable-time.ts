/** Returns true for a valid time that PostgreSQL can store. JavaScript's Date also has years before 1 and after 9999, which are refused. */
export function isStorableTime(time: Date): boolean {
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999;
}
