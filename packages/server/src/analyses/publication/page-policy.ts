import { createHash } from 'node:crypto';

const STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g;

/**
 * The Content-Security-Policy of a page of ours: it may show itself with the styles that stand in it, and nothing else. No script, no
 * request, whatever a scanned repository smuggled into its text.
 */
export function pagePolicy(html: string): string {
  const hashes = [...html.matchAll(STYLE)].map(([, text = '']) => createHash('sha256').update(text).digest('base64'));
  const styles = hashes.map((hash) => `'sha256-${hash}'`).join(' ') || "'none'";
  return `default-src 'none'; style-src ${styles}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
