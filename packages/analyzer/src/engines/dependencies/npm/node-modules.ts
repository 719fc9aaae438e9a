/** One `node_modules` folder: graph indices by package name, and the next such folder above. */
export interface ModuleFolder {
  installed: Map<string, number>;
  above: ModuleFolder | undefined;
}

/** Finds a module as Node.js does: in the package's own folder, then in each one above. */
export const findModule = (folder: ModuleFolder | undefined, name: string): number | undefined => {
  for (let at = folder; at !== undefined; at = at.above) {
    const found = at.installed.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
};

const modules = 'node_modules/';
/** npm nests a few levels only. Deeper paths are made up and would cost time. */
const nestingLimit = 40;
const pathLimit = 1024;

/** Recognizes paths in npm's lockfiles: `packages/a/node_modules/b/node_modules/@scope/c`. */
export const isInstalledPath = (path: string): boolean => path.includes(modules);
export const isPlausiblePath = (path: string): boolean =>
  path.length <= pathLimit && path.split(modules).length <= nestingLimit;
export const nameOfPath = (path: string): string => path.slice(path.lastIndexOf(modules) + modules.length);

/**
 * The module folders of a lockfile by the package that contains them. All packages must be added before the first
 * lookup.
 */
export class ModuleFolders {
  readonly #byOwner = new Map<string, ModuleFolder>();
  readonly #nearest = new Map<string, ModuleFolder | undefined>();

  add(path: string, index: number): void {
    const owner = ownerOf(path);
    const known = this.#byOwner.get(owner);
    if (known !== undefined) known.installed.set(nameOfPath(path), index);
    else this.#byOwner.set(owner, { installed: new Map([[nameOfPath(path), index]]), above: undefined });
  }

  /** Returns the first module folder in which the package or workspace at this path looks for modules. */
  nearest(path: string): ModuleFolder | undefined {
    if (this.#nearest.has(path)) return this.#nearest.get(path);
    const own = this.#byOwner.get(path);
    const above = path === '' ? undefined : this.nearest(folderAbove(path));
    if (own !== undefined) own.above = above;
    this.#nearest.set(path, own ?? above);
    return own ?? above;
  }
}

const ownerOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf(modules) - 1, 0));

/** Returns the next path above: for an installed package the one that contains it, for a workspace its parent folder. */
const folderAbove = (path: string): string =>
  isInstalledPath(path) ? ownerOf(path) : path.slice(0, Math.max(path.lastIndexOf('/'), 0));
