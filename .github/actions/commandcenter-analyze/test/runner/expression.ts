/** Values that expressions in workflows can read: https://docs.github.com/actions/reference/workflows-and-actions/contexts */
export type Contexts = Readonly<Record<string, unknown>>;

/**
 * Evaluates each `${{ … }}` in a text of a workflow. Only paths such as `github.event.number` are supported; a path without value becomes
 * empty, as on GitHub. Throws for anything else, so that nothing runs differently than on GitHub.
 */
export function evaluate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (whole, expression: string) => {
    const [root = '', ...path] = expression.trim().split('.');
    if (!/^[\w.-]+$/.test(expression.trim()) || !(root in contexts)) {
      throw new Error(`This runner does not know what ${whole} is.`);
    }
    let value = contexts[root];
    for (const name of path) value = (value as Contexts | null | undefined)?.[name];
    return value === undefined || value === null ? '' : String(value);
  });
}
