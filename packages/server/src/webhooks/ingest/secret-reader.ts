import type { Logger } from '../../logging.ts';
import { RecentCache } from '../../recent-cache.ts';
import type { SecretGroup } from './secret-directory.ts';

/** Most decrypted secrets that are kept in memory, at about 150 bytes each. */
const CACHE_LIMIT = 20_000;

/** Decrypts a secret when it is first needed, and keeps the most recently used ones. */
export function createSecretReader(
  decrypt: (jwe: string) => Promise<unknown>,
  log: Logger,
): (group: SecretGroup) => string | undefined | Promise<string | undefined> {
  const cache = new RecentCache<string, string>(CACHE_LIMIT);
  const reading = new Map<string, Promise<string | undefined>>();

  const read = async (group: SecretGroup): Promise<string | undefined> => {
    for (const members of group.members.values()) {
      for (const { jwe, secretId } of members) {
        try {
          const secret = await decrypt(jwe);
          if (typeof secret !== 'string') throw new TypeError('a stored webhook secret is not a text');
          cache.set(group.fingerprint, secret);
          return secret;
        } catch (error) {
          log.error(
            { err: error, secretId },
            'webhook secret cannot be decrypted: is its key missing in ENCRYPTION_KEYS?',
          );
        }
      }
    }
    return undefined;
  };

  return (group) => {
    const cached = cache.get(group.fingerprint);
    if (cached !== undefined) return cached;
    let running = reading.get(group.fingerprint);
    if (running === undefined) {
      running = read(group).finally(() => reading.delete(group.fingerprint));
      reading.set(group.fingerprint, running);
    }
    return running;
  };
}
