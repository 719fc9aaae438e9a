/** `owner/name@` or `owner/name/path@`, the full id of a commit, and the version that it is for people and for tools that update it. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** Actions of a workflow that are named by a tag or branch, which whoever owns the action can move. */
export function unpinnedActions(workflow: string): string[] {
  const named = [...workflow.matchAll(/^[ \t-]*uses:[ \t]*(.+?)[ \t]*$/gm)].map(([, action = '']) => action);
  return named.filter((action) => !action.startsWith('./') && !PINNED.test(action));
}
