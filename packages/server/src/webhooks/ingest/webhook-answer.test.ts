import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ApiError } from '../../errors.ts';
import { PROBLEM_CONTENT_TYPE, problemBody } from '../../http/problem.ts';
import { unavailable } from './webhook-response.ts';

it('refuses a webhook with the same problem document as every other route', () => {
  const { status, headers, body } = unavailable('ingest.busy', 'Deliver it again in a moment.', 2);
  assert.deepEqual(body, problemBody(new ApiError(503, 'ingest.busy', 'Deliver it again in a moment.')));
  assert.deepEqual([status, headers], [503, { 'content-type': PROBLEM_CONTENT_TYPE, 'retry-after': '2' }]);
});
