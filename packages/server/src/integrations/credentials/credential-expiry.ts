/** Time in milliseconds before the expiry of a credential from which people are warned: two weeks. */
const WARNING_MS = 14 * 24 * 3_600_000;

export const hasExpired = (expiresAt: Date | null, now: Date): boolean => expiresAt !== null && expiresAt <= now;

/** Returns the remedy for a credential that expires soon or has expired; null for any other credential. */
export function expiryRemedy(expiresAt: Date | null, now: Date): string | null {
  if (expiresAt === null || expiresAt.getTime() - now.getTime() > WARNING_MS) return null;
  const [day, time] = expiresAt.toISOString().split('T');
  const when = `${day} at ${time?.slice(0, 5)} UTC`;
  const newToken = 'Create a new token and give it with PATCH {"access_token": "…"}';
  return hasExpired(expiresAt, now)
    ? `The credential expired on ${when}. ${newToken}; work goes on at once.`
    : `The credential expires on ${when}. ${newToken} before then.`;
}
