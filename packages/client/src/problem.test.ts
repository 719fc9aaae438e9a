import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeProblem, readProblem } from './problem.ts';

const response = (type: string): Response => new Response(null, { headers: { 'content-type': type } });
const problem = response('application/problem+json; charset=utf-8');

describe('readProblem', () => {
  it('reads a problem document, as text and as JSON', () => {
    const document = {
      title: 'Invalid',
      code: 'request.invalid',
      detail: '/a is missing.',
      errors: [{ pointer: '/a', message: 'is missing' }],
    };
    const { title: _title, ...details } = document;
    assert.deepEqual(readProblem(problem, document), details);
    assert.deepEqual(readProblem(problem, JSON.stringify(document)), details);
  });

  it('ignores members that are missing or have another type', () => {
    assert.deepEqual(readProblem(problem, { code: 1, errors: 'x' }), { errors: [] });
    assert.deepEqual(readProblem(problem, { errors: [null, {}, { pointer: '/a', message: 'm' }] }), {
      errors: [{ pointer: '/a', message: 'm' }],
    });
  });

  it('returns undefined for a response that is no problem document', () => {
    assert.equal(readProblem(response('application/json'), { code: 'x', detail: 'y' }), undefined);
    assert.equal(readProblem(response('text/html'), '<html>'), undefined);
    for (const body of ['{"code":', 'null', null, undefined]) assert.equal(readProblem(problem, body), undefined);
  });
});

it('describes a problem with the wrong fields that its reason does not name', () => {
  const errors = [
    { pointer: '/a', message: 'is missing' },
    { pointer: '/b', message: 'must be a number.' },
  ];
  assert.equal(
    describeProblem({ detail: '2 fields are wrong; the first: /a is missing.', errors }, 422),
    '2 fields are wrong; the first: /a is missing. /b must be a number.',
  );
  assert.equal(describeProblem({ errors: [] }, 418), 'The server responded with 418.');
});
