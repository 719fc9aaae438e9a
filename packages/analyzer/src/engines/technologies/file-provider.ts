import type { BaseProvider, ProviderFile, Rule } from '@specfy/stack-analyser';

/** Matches code files, of which only the extension matters, unless a rule names the file. */
const CODE =
  /\.(?:[cm]?[jt]sx?|py|pyi|go|rs|java|kt|cs|c|h|cc|cpp|hpp|rb|php|swift|scala|md|mdx|css|scss|less|html?|svg|png|jpe?g|gif|snap|txt|map)$/;

/** File names that the rules of the library look for. */
export interface RuleFileNames {
  exact: ReadonlySet<string>;
  patterns: readonly RegExp[];
}

export function readRuleFileNames(rules: readonly Rule[]): RuleFileNames {
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
 * Presents a list of paths as a file tree to the library, which then neither lists folders nor opens files on disk. Of
 * code files with the same extension in one folder it gets only the first, because its rules run on every name.
 */
export function createFileProvider(
  paths: readonly string[],
  names: RuleFileNames,
  open: (path: string) => Promise<string | null>,
): BaseProvider {
  const folders = new Map<string, Map<string, ProviderFile>>([['/', new Map()]]);
  const folderOf = (path: string): Map<string, ProviderFile> => {
    const existing = folders.get(path);
    if (existing !== undefined) return existing;
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
    // Report a size of 1 for every file, because the library only needs a size above 0; files that are too large cannot be opened anyway.
    stat: async () => ({ size: 1 }),
  };
}

function split(path: string): { name: string; parent: string } {
  const at = path.lastIndexOf('/');
  return { name: path.slice(at + 1), parent: at <= 0 ? '/' : path.slice(0, at) };
}
