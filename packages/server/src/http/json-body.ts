import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { ApiError, badRequest } from '../errors.ts';
import { grouped } from '../text-length.ts';
import { holdsTooManyValues, MOST_VALUES } from './value-limit.ts';

/**
 * No honest body of the API is larger. A description of 65,536 characters is 786,432 bytes at most: each character may be written as two
 * escapes of six bytes. The lists of labels and assignees add 120,000 bytes at most.
 */
export const BODY_LIMIT_BYTES = 1024 * 1024;

/**
 * JSON only, told by what a person can mend. An empty body is no body, so that `POST …/test` may carry a Content-Type; routes
 * that need one say so.
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

/** 413 and not 422, because routes without a body of their own can get one too. */
const tooManyValues = (): ApiError =>
  new ApiError(
    413,
    'request.too_many_values',
    `The body holds more than ${grouped(MOST_VALUES)} fields and entries. Send at most that many.`,
  );

/** The parser also refuses keys that would reach into an object's prototype, and calls both the same. */
function whatIsWrong(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return 'The body is not valid JSON.';
  }
  return 'The body has a key "__proto__", or "constructor" with "prototype" below it; leave it out.';
}
