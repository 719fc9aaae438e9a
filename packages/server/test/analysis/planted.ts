import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importAdvisories } from '@commandcenter/analyzer';

const CONSONANTS = 'BDFGHJKLMNPQRSTVWZbdfghjklmnpqrstvwz';

/**
 * Returns text with the shape of a GitHub token. Letters and digits alternate, because random text could hold a word, which marks a
 * placeholder.
 */
export const madeUpToken = (): string =>
  `ghp_${[...randomBytes(18)].map((byte) => `${CONSONANTS[byte % CONSONANTS.length]}${byte % 10}`).join('')}`;

/** Returns a `package-lock.json` with these packages, given as versions by name. */
export const lockfile = (dependencies: Record<string, string>): string =>
  JSON.stringify({
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', version: '1.0.0', dependencies },
      ...Object.fromEntries(
        Object.entries(dependencies).map(([name, version]) => [
          `node_modules/${name}`,
          { version, resolved: `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`, license: 'MIT' },
        ]),
      ),
    },
  });

/** Returns the source of a function with this number of branches. */
export const branches = (count: number, of = 'kind'): string =>
  `export function route(${of}) {\n${Array.from({ length: count }, (_, n) => `  if (${of} === ${n}) return '${n}';\n`).join('')}}\n`;

/** Returns an OSV record: the npm package `weak` has a vulnerability of CVSS 7.4 in all versions before 2.0.0. */
export const weakAdvisory = (summary = 'Prototype pollution'): { id: string } & Record<string, unknown> => ({
  schema_version: '1.4.0',
  id: 'GHSA-test-test-test',
  aliases: ['CVE-2099-0001'],
  modified: '2026-01-01T00:00:00Z',
  summary,
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'weak' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
});

/** Creates the offline advisory database of a server, as `commandcenter advisories import` does. */
export async function importAdvisory(dataDir: string, advisory: object): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-advisory-'));
  await writeFile(join(folder, 'advisory.json'), JSON.stringify(advisory));
  const importing = { signal: new AbortController().signal, now: new Date(), onProgress() {} };
  await importAdvisories(folder, join(dataDir, 'advisories'), importing);
  await rm(folder, { recursive: true });
}
