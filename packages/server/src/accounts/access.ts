import type { FastifyRequest } from 'fastify';
import { unauthorized } from '../errors.ts';
import type { Principal } from './principal.ts';
import type { Scope } from './scope.ts';

/**
 * Callers that a route allows: everybody (`public`), everybody except with an invalid token (`optional`), any token (`token`), or a token
 * with all of these scopes. `LinkAccess` also allows requests without a token that carry a signed link, which the route itself verifies.
 */
export type Access = 'public' | 'optional' | 'token' | readonly Scope[] | LinkAccess;

export interface LinkAccess {
  scopes: readonly Scope[];
  orLink: true;
}

export const isLinkAccess = (access: Access): access is LinkAccess => typeof access === 'object' && 'orLink' in access;

/** Returns the scopes that a token needs for this access; empty when any caller or any token will do. */
export function scopesOf(access: Access): readonly Scope[] {
  if (typeof access === 'string') return [];
  return isLinkAccess(access) ? access.scopes : access;
}

/** Describes a route in the OpenAPI document, beyond what the route's schema says. */
export interface Operation {
  /** `operationId` in OpenAPI, a stable name for generated clients, such as `createTask`. */
  id: string;
  /** Tag that groups the operation in the API reference, such as `Tasks`. */
  tag: string;
  summary: string;
  /** Description of the operation, in Markdown. */
  description?: string;
  /** Statuses that the route may return beyond those that follow from its schema and access: 404, 409, 412, 502, … */
  errors?: readonly number[];
  /** Media types of a request body that is not JSON. Such a body has no schema: the route reads it itself. */
  takes?: readonly string[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    operation?: Operation;
    /**
     * Set on routes that create something and support `Idempotency-Key`. With `secret` the response holds a secret, so that the stored
     * response is encrypted.
     */
    creates?: 'plain' | 'secret';
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** Returns the caller of a route that requires a token. Throws ApiError 401 when the request has none. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw unauthorized('This needs a token.', 'token.missing');
  return request.principal;
}
