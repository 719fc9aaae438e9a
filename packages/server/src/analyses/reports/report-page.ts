import type { ApiError } from '../../errors.ts';

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 16vh auto; padding: 0 1rem; color: #1c2024; background: #fff }
h1 { font-size: 1.4rem; margin: 0 }
code { font-family: ui-monospace, monospace; font-size: .9em; color: #60646c }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #111315 } code { color: #9ba1a6 } }
`;

/** Returns an HTML page that explains why a report does not open, for a person who followed a link to it. */
export const noReportPage = ({ code, detail }: ApiError): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>No report</title>
    <style>${style}</style>
  </head>
  <body>
    <main>
      <h1>This report does not open</h1>
      <p>${escapeHtml(detail)}</p>
      <p><code>${escapeHtml(code)}</code></p>
    </main>
  </body>
</html>
`;

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
