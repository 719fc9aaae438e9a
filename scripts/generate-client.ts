import { generateClientTypes, SCHEMA_FILE } from '../packages/client/generate.ts';
import { OPENAPI_FILE } from './generate-openapi.ts';
import { writeGenerated } from './write-generated.ts';

/** Generates `packages/client/src/schema.ts` from `packages/server/openapi.json`. `--check` only compares. */
await writeGenerated(SCHEMA_FILE, await generateClientTypes(OPENAPI_FILE), 'node scripts/generate-client.ts');
