import { compareVersions } from '../../../advisories/versions/compare-versions.ts';
import { getText } from '../../dependencies/untrusted-data.ts';
import { type Registry, shortLine } from '../registry.ts';
import type { RegistryClient } from '../registry-client.ts';

/** Maximum number of later major versions to look for, because each one is a separate module (`…/v3`). */
const MAJORS_AHEAD = 10;

/** Registry of Go modules, which asks the Go module proxy: https://go.dev/ref/mod#goproxy-protocol */
export const goRegistry: Registry = {
  ecosystem: 'Go',
  url: 'https://proxy.golang.org',
  async lookUp({ name, version }, client) {
    const own = await latestOf(name, client);
    if (own === null) return null;
    let latest = own;
    for (let ahead = 1; ahead <= MAJORS_AHEAD; ahead += 1) {
      const next = await latestOf(majorAfter(name, version ?? latest, ahead), client);
      if (next === null) break;
      latest = next;
    }
    // Deprecations and retractions are in the go.mod of the newest version.
    const manifest = (await client.text(`/${escaped(name)}/@v/${escaped(own)}.mod`, 'text/plain')) ?? '';
    return { latest, deprecated: deprecationOf(manifest), yanked: version !== null && isRetracted(manifest, version) };
  },
};

async function latestOf(module: string, client: RegistryClient): Promise<string | null> {
  const response = await client.json(`/${escaped(module)}/@latest`);
  const version = getText(response, 'Version');
  // A module without tags has only a pseudo-version of a commit.
  return version === null || /^v0\.0\.0-\d{14}-/.test(version) ? null : version;
}

/**
 * Returns the module path of a later major version: `a/b` is followed by `a/b/v2`, `gopkg.in/yaml.v2` by
 * `gopkg.in/yaml.v3`.
 */
function majorAfter(module: string, version: string, ahead: number): string {
  const [, base = module, separator = '/v', suffix] = /^(.+?)(\/v|(?<=^gopkg\.in\/.*)\.v)(\d+)$/.exec(module) ?? [];
  const major = Number(suffix ?? /^v(\d+)\./.exec(version)?.[1] ?? 1);
  return `${base}${separator}${Math.max(1, major) + ahead}`;
}

/**
 * Escapes a path for the proxy, which writes capital letters with an exclamation mark:
 * https://go.dev/ref/mod#module-proxy
 */
const escaped = (text: string): string =>
  text
    .replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%21', '!'))
    .join('/');

/** Reads the deprecation from the comment of the `module` line: https://go.dev/ref/mod#go-mod-file-module-deprecation */
function deprecationOf(manifest: string): string | null {
  const [, before = '', behind = ''] =
    /^((?:[ \t]*\/\/.*\n)*)[ \t]*module[ \t]+\S+[ \t]*(\/\/.*)?$/m.exec(manifest) ?? [];
  const [, reason] = /\/\/[ \t]*Deprecated:[ \t]*(.+)/.exec(`${before}${behind}`) ?? [];
  return reason === undefined ? null : shortLine(reason);
}

/**
 * Evaluates `retract` directives with versions and ranges, alone or in a block:
 * https://go.dev/ref/mod#go-mod-file-retract
 */
function isRetracted(manifest: string, version: string): boolean {
  const blocks = [...manifest.matchAll(/^[ \t]*retract[ \t]*(?:\(([^)]*)\)|(.*))$/gm)].map(
    ([, block, line]) => block ?? line ?? '',
  );
  return blocks
    .flatMap((block) => block.split('\n'))
    .some((line) => {
      const [, from, to, single] = /^\s*(?:\[\s*(v[^\s,]+)\s*,\s*(v[^\s\]]+)\s*\]|(v\S+))/.exec(line) ?? [];
      if (single !== undefined) return compareVersions('Go', single, version) === 0;
      if (from === undefined || to === undefined) return false;
      return (compareVersions('Go', from, version) ?? 1) <= 0 && (compareVersions('Go', version, to) ?? 1) <= 0;
    });
}
