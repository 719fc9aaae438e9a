import { ManifestError } from '../manifest-error.ts';
import { PackageGraph } from '../package-graph.ts';

interface Module {
  path: string;
  version: string;
  indirect: boolean;
  line: number;
}

/**
 * Parses go.mod: https://go.dev/ref/mod#go-mod-file
 * A replaced module is reported as its replacement, and omitted if that is a folder. An excluded version is not a
 * requirement. Go does not distinguish modules of tests, so all are runtime dependencies. The file does not say which
 * module needs an indirect one.
 */
export const readGoMod = (source: string): PackageGraph => {
  const required: Module[] = [];
  const excluded = new Set<string>();
  const replaced = new Map<string, { path: string; version: string } | null>();

  for (const { verb, words, comment, line } of directives(source)) {
    const [path = '', version = ''] = words;
    if (verb === 'require') {
      if (path === '' || version === '') throw new ManifestError('a module without a version is required', line);
      required.push({ path, version, indirect: /^indirect(?:;|$)/.test(comment), line });
    } else if (verb === 'exclude') excluded.add(`${path} ${version}`);
    else if (verb === 'replace') {
      const arrow = words.indexOf('=>');
      if (arrow < 1) throw new ManifestError('a replacement without =>', line);
      const [target = '', targetVersion] = words.slice(arrow + 1);
      // A replacement without a version is a folder.
      replaced.set(
        words.slice(0, arrow).join(' '),
        targetVersion === undefined ? null : { path: target, version: targetVersion },
      );
    }
  }

  const graph = new PackageGraph();
  for (const module of required) {
    const id = `${module.path} ${module.version}`;
    if (excluded.has(id)) continue;
    const replacement = replaced.get(id) ?? (replaced.has(id) ? null : replaced.get(module.path));
    if (replacement === null) continue;
    const { path, version } = replacement ?? module;
    const index = graph.add({ name: path, version, line: module.line });
    if (!module.indirect) graph.markDirect(index, module.version, 'runtime');
  }
  return graph;
};

interface Directive {
  verb: string;
  words: string[];
  comment: string;
  line: number;
}

/** Yields one directive per line; those inside of a `verb ( … )` block get its verb. */
function* directives(source: string): Generator<Directive> {
  let block: string | null = null;
  for (const [index, whole] of source.split('\n').entries()) {
    const slashes = whole.indexOf('//');
    const comment = slashes < 0 ? '' : whole.slice(slashes + 2).trim();
    const words = (slashes < 0 ? whole : whole.slice(0, slashes))
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => word.replace(/^["`](.*)["`]$/, '$1'));
    const line = index + 1;
    if (words.length === 0) continue;
    if (block !== null) {
      if (words[0] === ')') block = null;
      else yield { verb: block, words, comment, line };
    } else if (words.at(-1) === '(') block = words[0] ?? '';
    else yield { verb: words[0] ?? '', words: words.slice(1), comment, line };
  }
  if (block !== null) throw new ManifestError(`the block of "${block}" is not closed`, null);
}
