/** Names in lower case; a header sent twice is joined with commas, as Node does it. */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>;

/** As people know it: `x-github-event` → `X-GitHub-Event`. Header names have no case, so this is for reading only. */
export function headerTitle(name: string): string {
  return name
    .split('-')
    .map((part) => (part === 'github' ? 'GitHub' : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('-');
}
