import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { ApiError, badRequest } from '../errors.ts';
import { grouped } from '../text-length.ts';
import { holdsTooManyValues, MOST_VALUES } from './value-limit.ts';

/**
 * Greatest size of a request body in bytes; no honest one is larger. A description of 65,536 characters has at most 786,432 bytes,
 * because each character may be written as two escapes of six bytes. Labels and assignees add at most 120,000 bytes.
 */
export const BODY_LIMIT_BYTES = 1024 * 1024;

/**
 * Accepts only JSON bodies, with errors that say how to fix the body. An empty body counts as none, so that `POST …/test` may have a
 * Content-Type; a route that needs a body refuses a request without one.
 */
export function addJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/([\w.-]+\+)?json(;|$)/i,
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
    (request, body, done) => {
      const bytes = body as Buffer;
      if (!isUtf8(bytes)) return done(badRequest('The body is not UTF-8.', 'request.malformed_json'));
      if (holdsTooManyValues(bytes)) return done(tooManyValues());
      const text = bytes.toString('utf8');
      if (text.trim() === '') return done(null, undefined);
      parse(request, text, (error, value) => {
        if (error === null) done(null, value);
        else done(badRequest(whatIsWrong(text), 'request.malformed_json'));
      });
    },
  );
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) {
      throw badRequest(
        'This needs a JSON object as its body, sent with "Content-Type: application/json".',
        'request.body_missing',
      );
    }
  });
}

/** Returns the error for a body with too many values. It is 413 and not 422, because routes without a body can return it too. */
const tooManyValues = (): ApiError =>
  new ApiError(
    413,
    'request.too_many_values',
    `The body holds more than ${grouped(MOST_VALUES)} fields and entries. Send at most that many.`,
  );

/**
 * Returns what is wrong with a body that the parser refused: it reports invalid JSON and a key that would reach into an object's
 * prototype as the same error.
 */
function whatIsWrong(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return 'The body is not valid JSON.';
  }
  return 'The body has a key "__proto__", or "constructor" with "prototype" below it; leave it out.';
}
