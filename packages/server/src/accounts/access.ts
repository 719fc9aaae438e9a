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

/** The scopes that a token needs. */
export function scopesOf(access: Access): readonly Scope[] {
  if (typeof access === 'string') return [];
  return isLinkAccess(access) ? access.scopes : access;
}

/** The part of the API description that the schema of a route does not hold. */
export interface Operation {
  /** Stable name for generated clients: `createTask`. */
  id: string;
  /** Its group: `Tasks`. */
  tag: string;
  summary: string;
  /** Markdown. */
  description?: string;
  /** Statuses that the route may return beyond those that follow from its schema and access: 404, 409, 412, 502, … */
  errors?: readonly number[];
  /** A body that is no JSON: its media types. It has no schema, the route reads it itself. */
  takes?: readonly string[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    operation?: Operation;
    /**
     * The route creates something and supports `Idempotency-Key`. `secret`: the response holds a secret, so the stored response is
     * encrypted.
     */
    creates?: 'plain' | 'secret';
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** The caller, on a route that lets nobody in without a token. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw unauthorized('This needs a token.', 'token.missing');
  return request.principal;
}
