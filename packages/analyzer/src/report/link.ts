/** An address that may be followed: a web page's, written so that nothing in it has a meaning in HTML or Markdown. Null for any other. */
export function webLink(url: string | undefined): string | null {
  if (url === undefined || url.length > 2000 || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  return href.replace(/[<>"'`()[\]{}\\|^*_~!@\s]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
