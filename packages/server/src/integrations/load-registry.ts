import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { IntegrationDefinition } from '@commandcenter/integration-kit';
import type { Logger } from 'pino';
import { createRegistry, type Registry } from './registry.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const KIT = '@commandcenter/integration-kit';
const packageName = /^(@[^/]+\/integration-|commandcenter-integration-)/;
const typeName = /^[a-z][a-z0-9_-]{0,63}$/;

/**
 * Loads the integrations: the folders of `integrations/`, and installed packages named `<scope>/integration-…` or
 * `commandcenter-integration-…` that export `integration`. One that cannot be loaded is logged and left out.
 */
export async function loadRegistry(
  log: Logger,
  roots: readonly string[] = [repository, process.cwd()],
): Promise<Registry> {
  const folders = new Set<string>();
  for (const root of roots) for (const folder of await candidates(root)) folders.add(await realpath(folder));
  const loaded = await Promise.all([...folders].sort().map((folder) => loadDefinition(folder, log)));
  return createRegistry(loaded.filter((definition) => definition !== null));
}

async function candidates(root: string): Promise<string[]> {
  const modules = join(root, 'node_modules');
  const names = await list(modules);
  const scoped = await Promise.all(
    names
      .filter((name) => name.startsWith('@'))
      .map(async (scope) => (await list(join(modules, scope))).map((name) => `${scope}/${name}`)),
  );
  const installed = [...names, ...scoped.flat()].filter((name) => packageName.test(name) && name !== KIT);
  const own = await list(join(root, 'integrations'));
  return [...own.map((name) => join(root, 'integrations', name)), ...installed.map((name) => join(modules, name))];
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}

async function loadDefinition(folder: string, log: Logger): Promise<IntegrationDefinition | null> {
  try {
    const entry = entryPoint(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
    const module: { integration?: unknown } = await import(pathToFileURL(join(folder, entry)).href);
    if (!isDefinition(module.integration)) {
      log.error({ folder }, 'integration left out: its package exports no `integration` with a manifest and create()');
      return null;
    }
    return module.integration;
  } catch (error) {
    log.error({ folder, err: error }, 'integration left out: its package cannot be loaded');
    return null;
  }
}

/**
 * Returns the module that a package.json names: in `exports` (under ".", "import", "node" or "default" if present), otherwise in `main`.
 */
function entryPoint(manifest: { exports?: unknown; main?: unknown }): string {
  let target: unknown = manifest.exports ?? manifest.main ?? 'index.js';
  for (const key of ['.', 'import', 'node', 'default']) {
    if (typeof target === 'object' && target !== null && key in target)
      target = (target as Record<string, unknown>)[key];
  }
  if (typeof target !== 'string') throw new TypeError('package.json names no entry point');
  return target;
}

function isDefinition(value: unknown): value is IntegrationDefinition {
  if (typeof value !== 'object' || value === null || !('manifest' in value) || !('create' in value)) return false;
  const { manifest, create } = value;
  return (
    typeof create === 'function' &&
    typeof manifest === 'object' &&
    manifest !== null &&
    'type' in manifest &&
    typeName.test(String(manifest.type))
  );
}
