import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import scalar from '@scalar/fastify-api-reference';
import { fastify } from 'fastify';
import { writeGenerated, writeGeneratedGzip } from './write-generated.ts';

/**
 * Generates the script of Scalar that the server has at `/docs/scalar.js`, and its license. It is taken from Scalar's plugin for Fastify, whose
 * module contains it as a string, because `@scalar/api-reference` installs 260 packages, 290 MB, beside it. `--check` only compares.
 */
const COMMAND = 'node scripts/generate-api-reference.ts';
const FOLDER = join(resolve(import.meta.dirname, '..'), 'packages/server/src/api/docs/generated');

const app = fastify();
await app.register(scalar, { routePrefix: '/reference', configuration: { url: '/openapi.json' } });
const { statusCode, body } = await app.inject('/reference/js/scalar.js');
await app.close();
if (statusCode !== 200) throw new Error(`Scalar's plugin has no script at /reference/js/scalar.js (${statusCode}).`);

const license = fileURLToPath(new URL('../LICENSE', import.meta.resolve('@scalar/fastify-api-reference')));
await writeGeneratedGzip(join(FOLDER, 'scalar.js.gz'), body, COMMAND);
await writeGenerated(join(FOLDER, 'LICENSE'), readFileSync(license, 'utf8'), COMMAND);
