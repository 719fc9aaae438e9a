import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reduceDescription } from './reduce.ts';

const text = { description: 'A text.', title: 'Title', example: 1, default: 1, 'x-github': {} };

test('reduceDescription keeps constraints, and drops texts, other parameters and bodies that are not JSON', () => {
  const thing = {
    ...text,
    type: 'object',
    required: ['title'],
    properties: {
      title: { ...text, type: 'string', nullable: true, maxLength: 3 },
      example: {
        anyOf: [
          { ...text, enum: ['title'] },
          { ...text, $ref: '#/components/schemas/other' },
        ],
      },
    },
    additionalProperties: { ...text, type: 'array', items: { ...text, type: 'integer' } },
  };
  const keptThing = {
    type: 'object',
    required: ['title'],
    properties: {
      title: { type: 'string', nullable: true, maxLength: 3 },
      example: { anyOf: [{ enum: ['title'] }, { $ref: '#/components/schemas/other' }] },
    },
    additionalProperties: { type: 'array', items: { type: 'integer' } },
  };
  const jsonOf = (schema: unknown) => ({ content: { 'application/json': { schema } } });
  const page = { ...text, name: 'page', in: 'query', schema: { ...text, type: 'integer' } };
  const keptPage = { name: 'page', in: 'query', schema: { type: 'integer' } };
  const owner = { ...text, name: 'owner', in: 'path', schema: { type: 'string' } };
  const reference = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

  const reduced = reduceDescription({
    info: { ...text, version: '1.2.3' },
    tags: [text],
    paths: {
      '/things/{owner}': {
        get: {
          ...text,
          operationId: 'things/get',
          parameters: [page, owner, reference('parameters', 'page'), reference('parameters', 'owner')],
          requestBody: { ...text, content: { 'application/json': { ...text, schema: thing }, 'text/plain': {} } },
          responses: {
            200: reference('responses', 'thing'),
            204: text,
            302: { ...text, content: { 'text/html': {} } },
          },
        },
      },
    },
    'x-webhooks': { 'thing-made': { post: { ...text, requestBody: jsonOf(thing), responses: { 200: text } } } },
    components: {
      schemas: { thing, other: { ...text, type: 'string' } },
      examples: { thing: text },
      parameters: { page, owner },
      responses: { thing: { ...text, ...jsonOf(thing) } },
    },
  });

  assert.deepEqual(reduced, {
    info: { version: '1.2.3' },
    paths: {
      '/things/{owner}': {
        get: {
          parameters: [keptPage, reference('parameters', 'page')],
          requestBody: jsonOf(keptThing),
          responses: { 200: reference('responses', 'thing'), 204: { content: {} }, 302: { content: {} } },
        },
      },
    },
    'x-webhooks': { 'thing-made': { post: { requestBody: jsonOf(keptThing) } } },
    components: {
      schemas: { thing: keptThing, other: { type: 'string' } },
      parameters: { page: keptPage },
      responses: { thing: jsonOf(keptThing) },
    },
  });
});
