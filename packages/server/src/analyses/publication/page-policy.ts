import { createHash } from 'node:crypto';

const STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g;

/**
 * Returns the Content-Security-Policy for one of our pages. It allows only the styles in the page itself, so that text of a scanned
 * repository can neither run scripts nor send requests.
 */
export function pagePolicy(html: string): string {
  const hashes = [...html.matchAll(STYLE)].map(([, text = '']) => createHash('sha256').update(text).digest('base64'));
  const styles = hashes.map((hash) => `'sha256-${hash}'`).join(' ') || "'none'";
  return `default-src 'none'; style-src ${styles}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
