/**
 * Matches a pinned action, `owner/name@` or `owner/name/path@` with a full commit id, followed by the version in a comment for people and
 * update tools.
 */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** Returns the actions of a workflow that are referenced by a tag or branch, which the owner of the action can move. */
export function unpinnedActions(workflow: string): string[] {
  const named = [...workflow.matchAll(/^[ \t-]*uses:[ \t]*(.+?)[ \t]*$/gm)].map(([, action = '']) => action);
  return named.filter((action) => !action.startsWith('./') && !PINNED.test(action));
}
