/** Returns a web address in which no character has a meaning in HTML or Markdown; null for other addresses. */
export function webLink(url: string | undefined): string | null {
  if (url === undefined || url.length > 2000 || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  return href.replace(/[<>"'`()[\]{}\\|^*_~!@\s]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
