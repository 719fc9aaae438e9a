import { parseYamlTree, type YamlNode } from '../../../packages/analyzer/src/engines/workflows/yaml-tree.ts';

/** Parsed YAML in which every scalar is its text as written, because that is what an Action gets. */
export type Plain = string | null | Plain[] | { [key: string]: Plain };

export const readYaml = (source: string): Plain => plain(parseYamlTree(source).root);

/** Returns a member of a mapping, or undefined if there is none. */
export const memberOf = (value: Plain | undefined, key: string): Plain | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined;

function plain(node: YamlNode | null): Plain {
  if (node === null) return null;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.value, plain(value)]));
}
