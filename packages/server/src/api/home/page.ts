import type { Document } from './documents.ts';

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 12vh auto; padding: 0 1rem; color: #1c2024; background: #fff }
h1 { font-size: 1.5rem; margin: 0 }
h2 { font-size: 1.1rem; margin: 2rem 0 0 }
ul { padding-left: 1.2rem }
a { color: #0b5cad }
code { font-family: ui-monospace, monospace; font-size: .9em }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #111315 } a { color: #7cc0ff } }
`;

/**
 * Style sheet of the page at `/`, which exists as long as there is no web UI. The page has no script, and its Content-Security-Policy
 * contains the hash of this style.
 */
export const homeStyle = style;

export const homePage = (version: string, documents: Iterable<Document>): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>CommandCenter</title>
    <style>${style}</style>
  </head>
  <body>
    <main>
      <h1>CommandCenter</h1>
      <p>Keeps research tasks and GitHub issues in step both ways. This is version ${escapeHtml(version)}.</p>
      <ul>
        <li><a href="/docs">API reference</a>, also as <a href="/openapi.json">openapi.json</a></li>
        <li><a href="/api/v1/health">Health</a> of this server</li>
      </ul>
      <p>Every call takes a token: <code>Authorization: Bearer cct_…</code>. The first start printed one;
        <code>npx commandcenter token create</code> makes another.</p>
      <h2 id="documentation">Documentation</h2>
      <ul>
${[...documents].map(({ name, title }) => `        <li><a href="/documentation/${encodeURI(name)}">${escapeHtml(title)}</a></li>`).join('\n')}
      </ul>
    </main>
  </body>
</html>
`;

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
