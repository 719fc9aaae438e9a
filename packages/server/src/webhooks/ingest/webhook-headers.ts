/**
 * Headers of a request by their names in lower case. The values of a header that was sent twice are joined with commas, as Node does it.
 */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>;

/** Returns the name of a header in its usual spelling for messages: `x-github-event` becomes `X-GitHub-Event`. */
export function headerTitle(name: string): string {
  return name
    .split('-')
    .map((part) => (part === 'github' ? 'GitHub' : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('-');
}
