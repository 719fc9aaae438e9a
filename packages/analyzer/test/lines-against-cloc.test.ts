import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { commentSyntaxOf } from '../src/languages/comment-syntax.ts';
import { createLineScanner } from '../src/languages/count-lines.ts';
import { languageGroup, languageOfName } from '../src/languages/detect-language.ts';
import { openTree } from '../src/tree/open-tree.ts';

/**
 * Lines as [code, comment, blank], counted by `cloc 1.96 --skip-uniqueness --json` of Debian 12 in packages that the
 * lockfile pins. Update the table with the package. Languages of fewer than 50 lines are omitted, because percentages
 * mean nothing there.
 */
const counted: Record<string, { version: string; languages: Record<string, [number, number, number]> }> = {
  fastify: {
    version: '5.12.8',
    languages: {
      JavaScript: [60406, 1739, 10766],
      Markdown: [15530, 15, 3700],
      TypeScript: [6775, 789, 676],
      JSON: [255, 0, 0],
    },
  },
  undici: {
    version: '8.12.4',
    languages: {
      JavaScript: [29540, 8406, 6548],
      Markdown: [9058, 1616, 3729],
      TypeScript: [2473, 783, 395],
      JSON: [358, 0, 0],
    },
  },
  typebox: { version: '1.4.3', languages: { JavaScript: [14373, 4197, 0], Markdown: [265, 0, 74], JSON: [87, 0, 0] } },
};

describe('counting lines agrees with cloc', () => {
  for (const [name, { version, languages }] of Object.entries(counted)) {
    it(`within 1% for ${name} ${version}`, async () => {
      const root = join(import.meta.dirname, '../../../node_modules', name);
      const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
      assert.equal(manifest.version, version, 'the table is of another version: make it anew with cloc');
      const ours = await countTree(root);
      for (const [language, theirs] of Object.entries(languages)) {
        const counts = ours.get(language) ?? [0, 0, 0];
        const allowed = 0.01 * theirs.reduce((sum, count) => sum + count, 0);
        for (const [index, kind] of ['code', 'comment', 'blank'].entries()) {
          const difference = Math.abs((counts[index] ?? 0) - (theirs[index] ?? 0));
          assert.ok(difference <= allowed, `${language}: ${counts[index]} lines of ${kind}, cloc ${theirs[index]}`);
        }
      }
    });
  }
});

async function countTree(root: string): Promise<Map<string, number[]>> {
  const tree = await openTree(root);
  const sums = new Map<string, number[]>();
  for (const { path } of tree.files) {
    const language = languageOfName(path);
    if (language === null) continue;
    const { code, comment, blank } = createLineScanner(commentSyntaxOf(language)).count(await tree.read(path));
    const sum = sums.get(languageGroup(language)) ?? [0, 0, 0];
    sums.set(
      languageGroup(language),
      [code, comment, blank].map((count, index) => count + (sum[index] ?? 0)),
    );
  }
  return sums;
}
