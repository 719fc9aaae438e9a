import { join, resolve } from 'node:path';
import { EnvironmentSchema, type VariableNotes } from '../packages/server/src/environment-schema.ts';
import { keepGenerated } from './keep-generated.ts';

interface Variable extends VariableNotes {
  name: string;
  default?: unknown;
}

/** Writes `docs/configuration.md` and `.env.example` from the schema that also checks the environment. `--check` only compares. */
const ROOT = resolve(import.meta.dirname, '..');

const variables = Object.entries(EnvironmentSchema.properties).map(
  ([name, schema]): Variable => ({ name, ...(schema as object as VariableNotes & { default?: unknown }) }),
);

function documentation(variables: Variable[]): string {
  const rows = variables.map(
    (variable) =>
      `| \`${variable.name}\` | ${defaultText(variable)} | ${variable.description} It must be ${variable.expected}. | \`${variable.examples[0]}\` |`,
  );
  return `# Configuration

Everything is set in the environment, or in a file \`.env\` in the folder the server is started from (the environment wins). A wrong value
stops the start with one line that names the variable, the fault and a right example, and exit code 2. An empty value counts as unset.

| variable | default | meaning | example |
|---|---|---|---|
${rows.join('\n')}

This page is made from \`packages/server/src/environment-schema.ts\` by \`npm run generate\`.
`;
}

function example(variables: Variable[]): string {
  const entries = variables.map(
    (variable) =>
      `# ${variable.description}\n# It must be ${variable.expected}.\n#${variable.name}=${variable.examples[0]}\n`,
  );
  return `# Copy to .env and take the # off what you want to set. Made by \`npm run generate\`; docs/configuration.md has the defaults.\n\n${entries.join('\n')}`;
}

function defaultText(variable: Variable): string {
  if (variable.defaultText !== undefined) return variable.defaultText;
  const value = variable.default;
  if (value === undefined) return 'unset';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return 'empty';
  return `\`${value}\``;
}

await keepGenerated(join(ROOT, 'docs/configuration.md'), documentation(variables), 'npm run generate');
await keepGenerated(join(ROOT, '.env.example'), example(variables), 'npm run generate');
