import { FileTooLargeError } from '../../errors.ts';
import type { RawFinding } from '../../finding.ts';
import type { SourceTree } from '../../tree/source-tree.ts';
import { recognizeLicenseText } from './recognize-license-text.ts';
import { readExpression } from './spdx-expression.ts';

const fileName = /^(?:un)?(?:licen[cs]e|copying)(?:[-_.][\w.-]*)?$/i;
const limit = 1024 * 1024;
const maxFiles = 10;

export interface RepositoryLicense {
  /** License of the repository as an SPDX expression; null if no file in the root states one. */
  expression: string | null;
  /** The file that states the license, or that has an unknown license text. */
  path: string | null;
  filesSeen: number;
  finding: RawFinding | null;
}

/** Finds the license of the repository itself: from a package's manifest in the root, or else from a license text. */
export async function findRepositoryLicense(tree: SourceTree, signal: AbortSignal): Promise<RepositoryLicense> {
  const manifest = await readManifest(tree);
  let filesSeen = manifest === null ? 0 : 1;
  const declared = typeof manifest?.license === 'string' ? readExpression(manifest.license) : null;
  const texts = tree.files.filter(({ path }) => fileName.test(path)).slice(0, maxFiles);
  let recognized: { expression: string; path: string } | undefined;
  for (const { path } of texts) {
    signal.throwIfAborted();
    const text = await readText(tree, path);
    if (text === null) continue;
    filesSeen += 1;
    const expression = recognizeLicenseText(text);
    if (expression !== null) recognized ??= { expression, path };
  }
  if (declared !== null) return { expression: declared.text, path: 'package.json', filesSeen, finding: null };
  if (recognized !== undefined) return { ...recognized, filesSeen, finding: null };
  const path = texts[0]?.path ?? null;
  const isMissing = path === null && manifest !== null && isForOthers(manifest);
  return { expression: null, path, filesSeen, finding: isMissing ? missing : null };
}

/** Returns true for a package that can be published and has no license field at all. */
const isForOthers = (manifest: Record<string, unknown>): boolean =>
  manifest.private !== true &&
  typeof manifest.name === 'string' &&
  typeof manifest.version === 'string' &&
  manifest.license === undefined &&
  manifest.licenses === undefined;

const missing: RawFinding = {
  rule: 'licences/missing',
  severity: 'low',
  title: 'A package that can be published has no license',
  message:
    'package.json is not private and names no license, and the root of the repository has no text of one: nobody but its authors may use, change or pass on what is published.',
  path: 'package.json',
  start_line: null,
  end_line: null,
  fix: 'Name a license in package.json and add its text as LICENSE, or say "private": true.',
  identity: 'own licence',
};

async function readManifest(tree: SourceTree): Promise<Record<string, unknown> | null> {
  const text = tree.get('package.json') === undefined ? null : await readText(tree, 'package.json');
  if (text === null) return null;
  try {
    const manifest: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest) ? { ...manifest } : null;
  } catch {
    // The engine `dependencies` reports that the manifest cannot be parsed.
    return null;
  }
}

async function readText(tree: SourceTree, path: string): Promise<string | null> {
  try {
    return (await tree.read(path, limit)).toString('utf8');
  } catch (error) {
    // Ignore a file that is too large, because a real license text or manifest is smaller.
    if (error instanceof FileTooLargeError) return null;
    throw error;
  }
}
