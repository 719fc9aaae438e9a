import type { Server } from 'node:http';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { IdParams } from '../../http/fields.ts';
import type { Registry } from '../../integrations/registry.ts';
import type { ServeWebhook } from './serve-webhook.ts';

const PATH = /^\/api\/v1\/integrations\/([^/?]+)\/webhook(?:\?|$)/;

const Accepted = Type.Object(
  {
    status: Type.Literal('accepted'),
    delivery_id: Type.Integer({ description: 'Follow it at `/api/v1/deliveries/{id}`.' }),
    delivery_ids: Type.Optional(
      Type.Array(Type.Integer(), { description: 'The deliveries of all integrations that share the secret.' }),
    ),
  },
  { title: 'WebhookAccepted' },
);

const KnownAlready = Type.Union(
  [
    Type.Object({ status: Type.Literal('duplicate'), delivery_id: Type.Integer() }),
    Type.Object({ status: Type.Literal('pong') }),
  ],
  { title: 'WebhookKnown' },
);

const RESPONSES = { 200: KnownAlready, 202: Accepted };
const ERRORS = [401, 404, 413, 415, 503];
const SIGNED =
  "No token: the sender signs the raw body with the integration's `webhook_secret` (GitHub: `X-Hub-Signature-256`), as JSON or as a form " +
  "with the field `payload`. 202 means stored durably; a repeated delivery gets 200 with `duplicate`, GitHub's `ping` 200 with `pong`.";

export interface WebhookRoutesOptions {
  serve: ServeWebhook;
  registry: Pick<Registry, 'list'>;
}

/**
 * The webhook routes for the API reference and for `inject`. Bodies are neither parsed nor validated, because nothing may read or change
 * a body before its signature is verified.
 */
export const webhookRoutes: FastifyPluginAsyncTypebox<WebhookRoutesOptions> = async (app, { serve, registry }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.setValidatorCompiler(() => () => true);
  app.post(
    '/integrations/:id/webhook',
    {
      schema: { params: IdParams, response: RESPONSES },
      config: {
        access: 'public',
        operation: {
          id: 'receiveWebhook',
          tag: 'Webhooks',
          summary: 'Receive webhook of one integration',
          description: SIGNED,
          errors: ERRORS,
        },
      },
    },
    (request, reply) => {
      reply.hijack();
      void serve(request.raw, reply.raw, String(request.params.id));
    },
  );
  for (const { manifest } of registry.list()) {
    if (manifest.webhook === undefined) continue;
    const { type, title } = manifest;
    app.post(
      `/integrations/${type}/webhook`,
      {
        schema: { response: RESPONSES },
        config: {
          access: 'public',
          operation: {
            id: `receive${type.charAt(0).toUpperCase()}${type.slice(1)}Webhook`,
            tag: 'Webhooks',
            summary: `Receive webhook of any ${title} integration`,
            description: `${SIGNED} The integration is the one whose secret verifies. With more than 256 different secrets in use, prefer the URL with the id.`,
            errors: ERRORS,
          },
        },
      },
      (request, reply) => {
        reply.hijack();
        void serve(request.raw, reply.raw, type);
      },
    );
  }
};

/**
 * Serves webhooks on Node's own server, in front of the framework, whose hooks and routing were measured to cost a fifth of the webhooks
 * that a process can take in.
 */
export function serveWebhooksFirst(server: Server, serve: ServeWebhook): void {
  const others = server.listeners('request') as ((...args: Parameters<ServeWebhook> | [unknown, unknown]) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const target = request.method === 'POST' ? PATH.exec(request.url ?? '')?.[1] : undefined;
    if (target !== undefined) void serve(request, response, target);
    else for (const other of others) other.call(server, request, response);
  });
}
