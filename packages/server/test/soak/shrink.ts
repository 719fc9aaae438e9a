/**
 * Removes as many actions as possible so that the schedule still fails: first halves, then ever smaller ranges, then single actions.
 * Removes actions and not the steps that they were chosen for, because a step may choose another action once an earlier one is gone.
 */
export async function shrink<T>(
  actions: readonly T[],
  stillFails: (actions: readonly T[]) => Promise<boolean>,
  mostRuns: number,
): Promise<readonly T[]> {
  let current = actions;
  let runs = 0;
  for (let size = Math.ceil(current.length / 2); size >= 1; ) {
    let omitted = false;
    // Begin at the end, because later actions depend on earlier ones and not the other way round.
    for (let start = current.length - size; start > -size; start -= size) {
      if (runs >= mostRuns) return current;
      runs += 1;
      const from = Math.max(0, start);
      const fewer = [...current.slice(0, from), ...current.slice(start + size)];
      if (fewer.length === current.length || !(await stillFails(fewer))) continue;
      current = fewer;
      omitted = true;
    }
    if (!omitted || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return current;
}
