import type { GitHubResponse } from './client.ts';

/**
 * Returns the addresses in a Link header by their relation, for the part of RFC 8288 that GitHub uses:
 * https://www.rfc-editor.org/rfc/rfc8288
 */
export function parseLinkHeader({ headers }: Pick<GitHubResponse, 'headers'>): Record<string, string | undefined> {
  const header = typeof headers.link === 'string' ? headers.link : '';
  return Object.fromEntries([...header.matchAll(/<([^>]+)>;\s*rel="([^"]+)"/g)].map(([, url, rel]) => [rel, url]));
}

export const pageNumber = (url: string): number | null => {
  const page = Number(new URL(url).searchParams.get('page'));
  return Number.isInteger(page) && page > 0 ? page : null;
};
