import type { Pom } from './pom.ts';

/** Replaces `${…}` with property values; unknown properties are left unchanged. */
export type ExpandProperties = (text: string) => string;

/**
 * Properties may refer to other properties: limits of the length and of the number of replacements keep the expansion
 * finite.
 */
const maxLength = 512;
const rounds = 10;

/**
 * Returns a function that expands the properties of a POM, for which `chain` has the POM and then its parents:
 * https://maven.apache.org/pom.html#properties
 */
export const propertyExpander = (chain: readonly Pom[]): ExpandProperties => {
  const own = chain[0];
  const project = new Map<string, string | null | undefined>([
    ['groupId', own?.group ?? own?.parent?.group],
    ['artifactId', own?.artifact],
    ['version', own?.version ?? own?.parent?.version],
    ['parent.groupId', own?.parent?.group],
    ['parent.version', own?.parent?.version],
  ]);
  const lookup = (name: string): string | null => {
    const bare = name.replace(/^(?:project|pom)\./, '');
    const value =
      bare !== name && project.has(bare)
        ? project.get(bare)
        : chain.find((pom) => pom.properties.has(name))?.properties.get(name);
    return value === undefined || value === null || value.length > maxLength ? null : value;
  };
  return (text) => {
    let filled = text;
    for (let round = 0; round < rounds && filled.includes('${') && filled.length <= maxLength; round += 1) {
      const next = filled.replace(/\$\{([^{}]{1,200})\}/g, (whole, name: string) => lookup(name.trim()) ?? whole);
      if (next === filled) break;
      filled = next;
    }
    return filled;
  };
};
