import type { Answer } from './client.ts';

/** The addresses of an answer's Link header by their relation. RFC 8288, as far as GitHub uses it. */
export function linksOf({ headers }: Pick<Answer, 'headers'>): Record<string, string | undefined> {
  const header = typeof headers.link === 'string' ? headers.link : '';
  return Object.fromEntries([...header.matchAll(/<([^>]+)>;\s*rel="([^"]+)"/g)].map(([, url, rel]) => [rel, url]));
}

export const pageNumber = (url: string): number | null => {
  const page = Number(new URL(url).searchParams.get('page'));
  return Number.isInteger(page) && page > 0 ? page : null;
};
