import { oneLine } from './safe-text.ts';

/** A zero-width space, which breaks automatic links and mentions invisibly. */
const breaker = '\u200b';

/**
 * Escapes a text of the scanned repository for Markdown, so that it contains no markup, HTML, links, or mentions of
 * people, issues or commits. See https://github.github.com/gfm/#autolinks-extension- and GitHub's own references.
 */
export function escapeMarkdown(text: string, maxLength?: number): string {
  return oneLine(text, maxLength)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/^(\d+)([.)])/, `$1${breaker}$2`)
    .replace(/^[-+=#:]/, `${breaker}$&`)
    .replace(/@/g, `@${breaker}`)
    .replace(/#(?=[\d\w])/g, `#${breaker}`)
    .replace(/\b(GH)-(?=\d)/gi, `$1${breaker}-`)
    .replace(/:(?=\/\/)/g, `:${breaker}`)
    .replace(/\b(www|mailto|xmpp)(?=[.:])/gi, `$1${breaker}`)
    .replace(/::/g, `:${breaker}:`)
    .replace(/\b[0-9a-f]{7,}\b/gi, (hex) => `${hex.slice(0, 6)}${breaker}${hex.slice(6)}`);
}

/** Formats a name of the scanned repository as inline code, also for use in a table cell. */
export function markdownCode(text: string, maxLength?: number): string {
  const line = oneLine(text, maxLength).replaceAll('|', '\u2223');
  if (line === '') return '` `';
  const runs = line.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}
