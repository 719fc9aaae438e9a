import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
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

/** The script of Scalar, compressed. `scripts/generate-api-reference.ts` creates it. */
const SCALAR = join(import.meta.dirname, 'generated/scalar.js.gz');
/** Matches an Accept-Encoding with gzip of a weight above 0. Other clients get the uncompressed script. */
const ACCEPTS_GZIP = /\bgzip\b(?!\s*;\s*q=0)/i;

/** Routes of the API reference at `/docs`. All of its files come from this server. */
export const docsRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { size, mtimeMs } = await stat(SCALAR);
  // Weak, because the compressed and the uncompressed script have the same tag.
  const etag = `W/"${createHash('sha256').update(`${size}:${mtimeMs}`).digest('hex').slice(0, 16)}"`;
  const init = await readFile(join(import.meta.dirname, 'init.client.js'), 'utf8');

  app.get('/docs', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).serializer(String).send(docsPage),
  );

  app.get('/docs/init.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').serializer(String).send(init),
  );

  app.get('/docs/scalar.js', async (request, reply) => {
    reply.headers({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    reply.type('text/javascript; charset=utf-8');
    const file = createReadStream(SCALAR);
    if (ACCEPTS_GZIP.test(request.headers['accept-encoding'] ?? '')) {
      return reply.headers({ 'content-encoding': 'gzip', 'content-length': size }).send(file);
    }
    // The callback has nothing to do, because Fastify sees an error of either stream on the last one.
    return reply.send(pipeline(file, createGunzip(), () => {}));
  });
};
