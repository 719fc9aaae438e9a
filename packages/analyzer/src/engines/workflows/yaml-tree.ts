import { EVENT_ID, type Event, getScalarValue, parseEvents } from 'js-yaml';

export interface YamlScalar {
  kind: 'scalar';
  value: string;
  /** Offset at which the scalar's text begins in the source, including quotes and indentation; `end` is the offset after it. */
  start: number;
  end: number;
}
export interface YamlSequence {
  kind: 'sequence';
  items: YamlNode[];
  start: number;
}
export interface YamlMapping {
  kind: 'mapping';
  entries: { key: YamlScalar; value: YamlNode }[];
  start: number;
}
export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

export interface YamlDocument {
  /** Root node of the document; null if the file is empty. */
  root: YamlNode | null;
  hasAliases: boolean;
}

/**
 * Parses the first document of a YAML text with the offsets of its nodes. An alias refers to the same node object as
 * its anchor; an alias inside of its own anchor is an empty scalar. Throws js-yaml's `YAMLException`.
 */
export function parseYamlTree(source: string): YamlDocument {
  const anchors = new Map<string, YamlNode>();
  const open: (YamlMapping | YamlSequence)[] = [];
  const keys: (YamlScalar | undefined)[] = [];
  let root: YamlNode | null = null;
  let hasAliases = false;

  const add = (node: YamlNode): void => {
    const parent = open.at(-1);
    if (parent === undefined) {
      root ??= node;
    } else if (parent.kind === 'sequence') {
      parent.items.push(node);
    } else {
      const key = keys.at(-1);
      if (key === undefined) {
        // Keys that are not scalars have no meaning in a workflow.
        keys[keys.length - 1] =
          node.kind === 'scalar' ? node : { kind: 'scalar', value: '', start: node.start, end: node.start };
      } else {
        parent.entries.push({ key, value: node });
        keys[keys.length - 1] = undefined;
      }
    }
  };

  let documents = 0;
  for (const event of parseEvents(source, {})) {
    if (event.type === EVENT_ID.DOCUMENT) {
      documents += 1;
      if (documents > 1) break;
    } else if (event.type === EVENT_ID.POP) {
      open.pop();
      keys.pop();
    } else if (event.type === EVENT_ID.ALIAS) {
      hasAliases = true;
      const name = source.slice(event.anchorStart, event.anchorEnd);
      const node = anchors.get(name);
      const isOpen = node !== undefined && open.some((one) => one === node);
      const empty: YamlNode = { kind: 'scalar', value: '', start: event.anchorStart, end: event.anchorEnd };
      add(node === undefined || isOpen ? empty : node);
    } else {
      const node = nodeOf(event, source);
      if (event.anchorStart >= 0) anchors.set(source.slice(event.anchorStart, event.anchorEnd), node);
      add(node);
      if (node.kind !== 'scalar') {
        open.push(node);
        keys.push(undefined);
      }
    }
  }
  return { root, hasAliases };
}

function nodeOf(event: Exclude<Event, { type: 1 | 5 | 6 }>, source: string): YamlNode {
  if (event.type === EVENT_ID.SEQUENCE) return { kind: 'sequence', items: [], start: event.start };
  if (event.type === EVENT_ID.MAPPING) return { kind: 'mapping', entries: [], start: event.start };
  const { valueStart, valueEnd } = event;
  return { kind: 'scalar', value: getScalarValue(source, event), start: valueStart, end: valueEnd };
}

/** Returns the value of a key in a mapping, ignoring case; undefined if the key does not exist or `node` is not a mapping. */
export function memberOf(node: YamlNode | undefined | null, key: string): YamlNode | undefined {
  if (node?.kind !== 'mapping') return undefined;
  return node.entries.find((entry) => entry.key.value.toLowerCase() === key)?.value;
}

/** Returns the text of the scalar at a path of keys; undefined if there is none. */
export function textAt(node: YamlNode | undefined | null, ...keys: string[]): string | undefined {
  let at: YamlNode | undefined | null = node;
  for (const key of keys) at = memberOf(at, key);
  return at?.kind === 'scalar' ? at.value : undefined;
}

/** Returns the texts of a sequence's scalars, or of a single scalar. */
export function textsOf(node: YamlNode | undefined): string[] {
  if (node?.kind === 'scalar') return [node.value];
  return node?.kind === 'sequence' ? node.items.flatMap((item) => (item.kind === 'scalar' ? [item.value] : [])) : [];
}
