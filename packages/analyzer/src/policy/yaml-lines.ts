import { EVENT_ID, getScalarValue, parseEvents } from 'js-yaml';

type Path = readonly (string | number)[];
/** An open sequence with its next index, or an open mapping with the key of the next value. */
type Open = { path: Path; index: number; key?: undefined } | { path: Path; index?: undefined; key: string | undefined };

/**
 * Returns the line of a node, counted from 1; for a member of a mapping it is the line of its key. Returns null if the
 * node does not exist.
 */
export type LineOf = (path: Path) => number | null;

/** Finds the lines of the nodes in a YAML text, by their paths of keys and indices. Throws js-yaml's `YAMLException`. */
export function linesOfNodes(source: string): LineOf {
  const lineAt = lineCounter(source);
  const lines = new Map<string, number>();
  const open: Open[] = [];

  for (const event of parseEvents(source, {})) {
    if (event.type === EVENT_ID.DOCUMENT) continue;
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    const start =
      event.type === EVENT_ID.SCALAR
        ? event.valueStart
        : event.type === EVENT_ID.ALIAS
          ? event.anchorStart
          : event.start;
    const parent = open.at(-1);
    let path: Path = [];
    if (parent?.index !== undefined) {
      path = [...parent.path, parent.index];
      parent.index += 1;
      lines.set(JSON.stringify(path), lineAt(start));
    } else if (parent?.key !== undefined) {
      path = [...parent.path, parent.key];
      parent.key = undefined;
    } else if (parent !== undefined && event.type === EVENT_ID.SCALAR) {
      parent.key = getScalarValue(source, event);
      lines.set(JSON.stringify([...parent.path, parent.key]), lineAt(start));
      continue;
    }
    if (event.type === EVENT_ID.SEQUENCE) open.push({ path, index: 0 });
    else if (event.type === EVENT_ID.MAPPING) open.push({ path, key: undefined });
  }
  return (path) => lines.get(JSON.stringify(path)) ?? null;
}

/** Returns a function that maps positions in the text to lines; the positions must be requested in ascending order. */
function lineCounter(source: string): (position: number) => number {
  let at = 0;
  let line = 1;
  return (position) => {
    for (let next = source.indexOf('\n', at); next >= 0 && next < position; next = source.indexOf('\n', at)) {
      at = next + 1;
      line += 1;
    }
    return line;
  };
}
