import { ManifestError } from '../manifest-error.ts';

/** A `key: value` line of a Yarn or pnpm lockfile. */
export interface LockfileLine {
  /** Number of spaces before the key; nested lines have more than the line of their parent key. */
  indent: number;
  key: string;
  /** Value without quotes; '' if the value is nested below or is a multi-line text. */
  value: string;
  /** Number of the line in the lockfile, counted from 1. */
  line: number;
}

/**
 * Yields the keys and values of a Yarn (1 and later) or pnpm lockfile in their order. Both write a small subset of YAML
 * (in Yarn 1 a value follows its key without a colon). Parsing it line by line takes a tenth of the time and memory of
 * a full YAML parser. List items are skipped. Throws `ManifestError` for a line in another form.
 */
export function* readLockfileLines(source: string): Generator<LockfileLine> {
  let line = 0;
  let skipDeeperThan = Number.POSITIVE_INFINITY;
  for (let start = 0; start < source.length; ) {
    const newline = source.indexOf('\n', start);
    const end = newline === -1 ? source.length : newline;
    const begin = start;
    start = end + 1;
    line += 1;
    let at = begin;
    while (source.charCodeAt(at) === 32 && at < end) at += 1;
    // Keys of more than 1,024 characters are written as `? key`, with `: value` in the next line.
    let indent = at - begin;
    if (source.startsWith('? ', at)) at += 2;
    else if (source.startsWith(': ', at)) {
      at += 2;
      indent += 2;
    }
    const content = source.slice(at, source.charCodeAt(end - 1) === 13 ? end - 1 : end);
    if (content === '' || indent > skipDeeperThan) continue;
    skipDeeperThan = Number.POSITIVE_INFINITY;
    if (content.startsWith('#') || content.startsWith('- ') || content === '---' || content === ':') continue;
    if (/^(?:<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)/.test(content)) {
      throw new ManifestError('holds the marks of a merge conflict', line);
    }
    const read = readKey(content, line);
    // Skip the lines of a block scalar, which has arbitrary text: `deprecated: |-`.
    if (/^[|>][+-]?\d?$/.test(read.value)) {
      skipDeeperThan = indent;
      read.value = '';
    }
    yield { indent, line, key: read.key, value: read.value };
  }
}

const readKey = (content: string, line: number): { key: string; value: string } => {
  const first = content[0];
  if (first === '"' || first === "'") {
    const close = closingQuote(content, 0);
    if (close === -1) throw new ManifestError('a quote is not closed', line);
    const rest = content.slice(close + 1);
    // Yarn 1 writes several descriptors in one line, `"a", "b":`; the key is the whole list.
    if (rest.startsWith(',') && rest.endsWith(':')) return { key: content.slice(0, -1), value: '' };
    return { key: unquote(content.slice(0, close + 1)), value: unquote(rest.replace(/^:? */, '')) };
  }
  if (content.endsWith(':')) return { key: content.slice(0, -1), value: '' };
  const colon = content.indexOf(': ');
  const space = content.indexOf(' ');
  if (colon === -1 && space === -1) throw new ManifestError('neither a key nor a value', line);
  const end = colon === -1 || space < colon ? space : colon;
  return { key: content.slice(0, end), value: unquote(content.slice(colon === end ? end + 2 : end + 1).trim()) };
};

const closingQuote = (content: string, open: number): number => {
  const quote = content[open];
  for (let at = open + 1; at < content.length; at += 1) {
    if (content[at] === '\\' && quote === '"') at += 1;
    else if (content[at] === quote) return at;
  }
  return -1;
};

const unquote = (value: string): string => {
  const first = value[0];
  if ((first !== '"' && first !== "'") || closingQuote(value, 0) !== value.length - 1) return value;
  const inner = value.slice(1, -1);
  return first === '"' ? inner.replace(/\\(.)/g, '$1') : inner;
};

/** Parses the pairs of `{integrity: sha512-…, tarball: https://…}`. */
export const readFlowMap = (value: string): Map<string, string> => {
  const pairs = new Map<string, string>();
  if (!value.startsWith('{') || !value.endsWith('}')) return pairs;
  for (const pair of value.slice(1, -1).split(', ')) {
    const colon = pair.indexOf(': ');
    if (colon > 0) pairs.set(unquote(pair.slice(0, colon)), unquote(pair.slice(colon + 2)));
  }
  return pairs;
};
