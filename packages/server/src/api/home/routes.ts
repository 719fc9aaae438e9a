import { createHash } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { notFound } from '../../errors.ts';
import { readDocuments } from './documents.ts';
import { homePage, homeStyle } from './page.ts';

/** Routes of the page at `/` and of the documentation that it links to, which is served as plain Markdown. */
export const homeRoutes: FastifyPluginAsyncTypebox<{ version: string }> = async (app, { version }) => {
  const documents = await readDocuments();
  const page = homePage(version, documents.values());
  const styleHash = createHash('sha256').update(homeStyle).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

  app.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).serializer(String).send(page),
  );

  app.get('/documentation/*', async (request, reply) => {
    const name = (request.params as { '*': string })['*'];
    const document = documents.get(name);
    if (document === undefined) throw notFound('such document');
    return reply.type('text/plain; charset=utf-8').serializer(String).send(document.text);
  });
};
