/** What expressions read from: https://docs.github.com/actions/reference/workflows-and-actions/contexts */
export type Contexts = Readonly<Record<string, unknown>>;

/**
 * A text with each `${{ … }}` put in. Only paths such as `github.event.number` are known; one that leads nowhere is empty, as at GitHub.
 * Throws for everything else, so that nothing is run otherwise than GitHub would.
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
