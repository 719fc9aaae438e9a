import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { docsPage } from './page.ts';

/**
 * Content-Security-Policy of the API reference. Scalar generates styles in the page, so that inline styles are allowed; inline scripts
 * and requests to other servers are not. Data URLs and blobs are its icons and downloads.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Routes of the API reference at `/docs`. All of its files come from this server. */
export const docsRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const scalarFolder = dirname(createRequire(import.meta.url).resolve('@scalar/api-reference'));
  const scalar = join(scalarFolder, 'browser', 'standalone.js');
  const { size, mtimeMs } = await stat(scalar);
  const etag = `"${createHash('sha256').update(`${size}:${mtimeMs}`).digest('hex').slice(0, 16)}"`;
  const init = await readFile(join(import.meta.dirname, 'init.client.js'), 'utf8');

  app.get('/docs', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).serializer(String).send(docsPage),
  );

  app.get('/docs/init.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').serializer(String).send(init),
  );

  app.get('/docs/scalar.js', async (request, reply) => {
    reply.headers({ etag, 'cache-control': 'no-cache' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type('text/javascript; charset=utf-8').header('content-length', size).send(createReadStream(scalar));
  });
};
