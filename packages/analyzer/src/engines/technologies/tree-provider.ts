import type { BaseProvider, ProviderFile, Rule } from '@specfy/stack-analyser';

/** Names of files of code say something by their extension alone, but for those that a rule names. */
const CODE =
  /\.(?:[cm]?[jt]sx?|py|pyi|go|rs|java|kt|cs|c|h|cc|cpp|hpp|rb|php|swift|scala|md|mdx|css|scss|less|html?|svg|png|jpe?g|gif|snap|txt|map)$/;

/** Which names the rules of the library look for. */
export interface InterestingNames {
  exact: ReadonlySet<string>;
  patterns: readonly RegExp[];
}

export function readInterestingNames(rules: readonly Rule[]): InterestingNames {
  const exact = new Set<string>();
  const patterns: RegExp[] = [];
  for (const rule of rules) {
    if (!('files' in rule) || rule.files === undefined) continue;
    if (Array.isArray(rule.files)) for (const name of rule.files) exact.add(name);
    else patterns.push(rule.files);
  }
  return { exact, patterns };
}

/**
 * The files of a tree as the library wants to see them, from a list of paths: it walks no folder and opens no file. Of code files of
 * one extension in one folder it sees the first, as more of them tell no more: its rules take time for every name.
 */
export function createTreeProvider(
  paths: readonly string[],
  names: InterestingNames,
  open: (path: string) => Promise<string | null>,
): BaseProvider {
  const folders = new Map<string, Map<string, ProviderFile>>([['/', new Map()]]);
  const folderOf = (path: string): Map<string, ProviderFile> => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const made = new Map<string, ProviderFile>();
    folders.set(path, made);
    const { name, parent } = split(path);
    folderOf(parent).set(name, { name, type: 'dir', fp: path });
    return made;
  };
  const extensions = new Set<string>();
  for (const path of paths) {
    const fp = `/${path}`;
    const { name, parent } = split(fp);
    const extension = CODE.exec(name)?.[0];
    if (extension !== undefined && !names.exact.has(name) && !names.patterns.some((pattern) => pattern.test(fp))) {
      const key = `${parent}\0${extension}`;
      if (extensions.has(key)) continue;
      extensions.add(key);
    }
    folderOf(parent).set(name, { name, type: 'file', fp });
  }
  return {
    basePath: '/',
    listDir: async (path) => [...(folders.get(path === '/' ? '/' : path.replace(/\/$/, ''))?.values() ?? [])],
    open: (path) => open(path.slice(1)),
    // Files that are too large cannot be opened: their size need not be known.
    stat: async () => ({ size: 1 }),
  };
}

function split(path: string): { name: string; parent: string } {
  const at = path.lastIndexOf('/');
  return { name: path.slice(at + 1), parent: at <= 0 ? '/' : path.slice(0, at) };
}
