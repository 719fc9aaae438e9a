import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { reduceDescription } from './github-description/reduce.ts';

/**
 * `node scripts/generate-github-description.ts` downloads GitHub's OpenAPI description and writes the part that the fake GitHub reads.
 * It is not a dependency, because the package contains every version of the description, which is 390 MB. It is not part of
 * `npm run generate`, because that must be quick and work without the registry.
 */
const PACKAGE = '@octokit/openapi@23.0.2';
/** The registry's integrity of this version. A package outside the lockfile has no other protection against a changed tarball. */
const INTEGRITY = 'sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==';
const DESCRIPTION = 'package/generated/api.github.com.json';
const OUTPUT = resolve(import.meta.dirname, '../packages/fake-github/src/openapi/generated/github-rest.json.br');
const MAX_DESCRIPTION_BYTES = 64 * 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'github-description-'));
try {
  const pack = ['pack', PACKAGE, '--silent', '--registry', 'https://registry.npmjs.org', '--pack-destination', folder];
  execFileSync('npm', pack, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const tarball = join(folder, readdirSync(folder)[0] ?? '');
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (integrity !== INTEGRITY) throw new Error(`${PACKAGE} has the integrity ${integrity}, not ${INTEGRITY}.`);

  const text = execFileSync('tar', ['-xzOf', tarball, DESCRIPTION], { maxBuffer: MAX_DESCRIPTION_BYTES });
  const reduced = JSON.stringify(reduceDescription(JSON.parse(text.toString('utf8'))));
  const compressed = brotliCompressSync(reduced);
  writeFileSync(OUTPUT, compressed);
  console.log(`${PACKAGE}: ${reduced.length} characters in ${compressed.length} bytes.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
