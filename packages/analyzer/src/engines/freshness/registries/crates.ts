import { getProperty, getText } from '../../dependencies/untrusted-data.ts';
import type { Registry } from '../registry.ts';
import { RegistryError } from '../registry-client.ts';
import { newestRelease } from '../release-versions.ts';

/** Uses the sparse index, like Cargo: https://doc.rust-lang.org/cargo/reference/registry-index.html */
export const cratesRegistry: Registry = {
  ecosystem: 'crates.io',
  url: 'https://index.crates.io',
  async lookUp({ name, version }, client) {
    const text = await client.text(`/${placeOf(name.toLowerCase())}`, 'text/plain');
    if (text === undefined) return null;
    const lines = text
      .split('\n')
      .filter((line) => line !== '')
      .map(parseLine);
    const kept = lines.filter((line) => getProperty(line, 'yanked') !== true);
    return {
      latest: newestRelease(
        'crates.io',
        kept.flatMap((line) => getText(line, 'vers') ?? []),
      ),
      deprecated: null,
      yanked: lines.some((line) => getText(line, 'vers') === version && getProperty(line, 'yanked') === true),
    };
  },
};

function placeOf(name: string): string {
  const safe = encodeURIComponent(name);
  if (name.length <= 2) return `${name.length}/${safe}`;
  if (name.length === 3) return `3/${name[0]}/${safe}`;
  return [name.slice(0, 2), name.slice(2, 4), name].map(encodeURIComponent).join('/');
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (cause) {
    throw new RegistryError('index.crates.io answered with something that is no index', { cause });
  }
}
