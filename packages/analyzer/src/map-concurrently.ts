/**
 * Runs `work` for every item, at most `limit` at a time, and returns the results in the order of the items. Rejects with the first
 * failure and starts no more work after it.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  let failed = false;
  const run = async (): Promise<void> => {
    try {
      for (const [index, item] of queue) {
        if (failed) return;
        results[index] = await work(item);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run));
  return results;
}
