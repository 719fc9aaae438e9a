import { oneLine } from './printable.ts';

/** Breaks what GitHub and others make links or mentions of, without being seen: a space of no width. */
const breaker = '\u200b';

/**
 * A text of the scanned repository as Markdown that shows it and does nothing else: no markup, no HTML, no link, no mention of people,
 * issues or commits. https://github.github.com/gfm/#autolinks-extension- and GitHub's own references.
 */
export function escapeMarkdown(text: string, longest?: number): string {
  return oneLine(text, longest)
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

/** A name of the scanned repository as code: nothing in it is Markdown, a link or a mention. Also in a cell of a table. */
export function markdownCode(text: string, longest?: number): string {
  const line = oneLine(text, longest).replaceAll('|', '\u2223');
  if (line === '') return '` `';
  const runs = line.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}
