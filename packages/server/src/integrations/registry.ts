import type { IntegrationDefinition } from '@commandcenter/integration-kit';

/** Every integration type that this server can run. */
export interface Registry {
  get(type: string): IntegrationDefinition | undefined;
  list(): IntegrationDefinition[];
}

/** Creates a registry. If several definitions have the same type, the first one counts. */
export function createRegistry(definitions: readonly IntegrationDefinition[]): Registry {
  const byType = new Map<string, IntegrationDefinition>();
  for (const definition of definitions) {
    if (!byType.has(definition.manifest.type)) byType.set(definition.manifest.type, definition);
  }
  return { get: (type) => byType.get(type), list: () => [...byType.values()] };
}
