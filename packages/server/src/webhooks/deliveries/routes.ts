import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { principalOf } from '../../accounts/access.ts';
import { visible } from '../../accounts/principal.ts';
import { projectsToList } from '../../accounts/project-access.ts';
import type { Database } from '../../database/database.ts';
import { invalid, notFound } from '../../errors.ts';
import type { Cursors } from '../../http/cursor.ts';
import { Id, IdParams } from '../../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../../http/list.ts';
import { findIntegration } from '../../integrations/integration-queries.ts';
import { type DeliveryFilter, type DeliveryRow, getDelivery, listDeliveries } from './delivery-queries.ts';
import { Delivery, DeliveryStatusName, deliveryView, ReplayResult, replayView } from './delivery-schema.ts';
import { type ReplayDependencies, replayDelivery } from './replay.ts';

export interface DeliveryRoutesOptions {
  db: Database;
  cursors: Cursors;
  replay: ReplayDependencies;
}

const filters = {
  status: Type.Optional(DeliveryStatusName),
  event: Type.Optional(Type.String({ maxLength: 100, examples: ['issues'] })),
  action: Type.Optional(Type.String({ maxLength: 100, examples: ['opened'] })),
  since: Type.Optional(Type.String({ format: 'date-time', description: 'Received at or after this time.' })),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'Received before this time.' })),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'Part of the title, repository, sender, delivery id or reason; `#12` the number of an item. A page searches 100,000 deliveries, or for one second, so it may have fewer than `limit`, or none: continue until `next_cursor` is null.',
    }),
  ),
};
const ByIntegration = ListQuery(filters);
type Filters = Omit<Type.Static<typeof ByIntegration>, 'limit' | 'cursor'>;

export const deliveryRoutes: FastifyPluginAsyncTypebox<DeliveryRoutesOptions> = async (app, options) => {
  const { db, cursors, replay } = options;

  const visibleDelivery = async (request: FastifyRequest, id: number): Promise<DeliveryRow> => {
    const row = await getDelivery(db, id, principalOf(request).projectIds);
    if (row === undefined) throw notFound(`delivery ${id}`);
    return row;
  };

  app.get(
    '/deliveries',
    {
      schema: {
        querystring: ListQuery({
          project_id: Type.Optional(Id('Return only those of this project.')),
          integration_id: Type.Optional(Id('Return only those of this integration.')),
          ...filters,
        }),
        response: { 200: List(Delivery) },
      },
      config: {
        access: ['deliveries:read'],
        operation: {
          id: 'listDeliveries',
          tag: 'Deliveries',
          summary: 'List deliveries, newest first',
          description:
            'Includes attempts whose signature did not verify, with the status `rejected`. Attempts that belong to no known integration are returned only to tokens with the scope `admin`.',
        },
      },
    },
    async (request) => {
      const { project_id, integration_id } = request.query;
      const projectIds = await projectsToList(db, principalOf(request), project_id);
      const filter = { projectIds, integrationId: integration_id, ...narrowed(request.query) };
      return listResponse(
        cursors,
        request,
        await listDeliveries(db, filter, pageRequest(cursors, request)),
        deliveryView,
      );
    },
  );

  app.get(
    '/integrations/:id/deliveries',
    {
      schema: { params: IdParams, querystring: ByIntegration, response: { 200: List(Delivery) } },
      config: {
        access: ['deliveries:read'],
        operation: {
          id: 'listIntegrationDeliveries',
          tag: 'Deliveries',
          summary: 'List deliveries of an integration, newest first',
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      visible(principal, await findIntegration(db, id), `integration ${id}`);
      const filter = { projectIds: principal.projectIds, integrationId: id, ...narrowed(request.query) };
      return listResponse(
        cursors,
        request,
        await listDeliveries(db, filter, pageRequest(cursors, request)),
        deliveryView,
      );
    },
  );

  app.get(
    '/deliveries/:id',
    {
      schema: { params: IdParams, response: { 200: Delivery } },
      config: {
        access: ['deliveries:read'],
        operation: { id: 'getDelivery', tag: 'Deliveries', summary: 'Get delivery' },
      },
    },
    async (request) => deliveryView(await visibleDelivery(request, request.params.id)),
  );

  app.post(
    '/deliveries/:id/replay',
    {
      schema: {
        params: IdParams,
        querystring: Type.Object(
          { dry_run: Type.Boolean({ default: false, description: 'Return what would change, and change nothing.' }) },
          { additionalProperties: false },
        ),
        response: { 200: ReplayResult },
      },
      config: {
        access: ['deliveries:replay'],
        operation: {
          id: 'replayDelivery',
          tag: 'Deliveries',
          summary: 'Replay delivery',
          description:
            'Handles the stored delivery again. Changes that it already made are not repeated. Returns 410 if the body is past its retention.',
          errors: [409, 410],
        },
      },
    },
    async (request) => {
      const { id } = await visibleDelivery(request, request.params.id);
      const { actor } = principalOf(request);
      return replayView(await replayDelivery(replay, id, { dryRun: request.query.dry_run, actor }));
    },
  );
};

function narrowed({ status, event, action, since, until, q }: Filters): Omit<DeliveryFilter, 'projectIds'> {
  const from = since === undefined ? undefined : new Date(since);
  const to = until === undefined ? undefined : new Date(until);
  if (from !== undefined && to !== undefined && from >= to) {
    throw invalid([{ pointer: '/until', message: 'must be after since' }]);
  }
  return { status, event, action, since: from, until: to, q };
}
