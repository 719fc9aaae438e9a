import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import openapiTs, { astToString } from 'openapi-typescript';

const HEADER = '// Generated from packages/server/openapi.json by scripts/generate-client.ts. Do not edit.\n';

export const SCHEMA_FILE = join(import.meta.dirname, 'src/schema.ts');

/**
 * Returns the TypeScript types of every path and component of the API. The function is in the workspace `client` because
 * openapi-typescript needs TypeScript 5, which is installed only there.
 */
export async function generateClientTypes(openApiFile: string): Promise<string> {
  const document = JSON.parse(await readFile(openApiFile, 'utf8'));
  return HEADER + astToString(await openapiTs(document, { alphabetize: false, defaultNonNullable: false }));
}
