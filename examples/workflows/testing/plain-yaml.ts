import { parseYamlTree, type YamlNode } from '../../../packages/analyzer/src/engines/workflows/yaml-tree.ts';

/** Every scalar is the text it is written as: what an Action gets of it. */
export type Plain = string | null | Plain[] | { [key: string]: Plain };

export const readYaml = (source: string): Plain => plain(parseYamlTree(source).root);

/** Undefined where there is none, or `value` is no mapping. */
export const memberOf = (value: Plain | undefined, key: string): Plain | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined;

function plain(node: YamlNode | null): Plain {
  if (node === null) return null;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.value, plain(value)]));
}
