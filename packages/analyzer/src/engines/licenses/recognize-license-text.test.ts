import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { recognizeLicenseText } from './recognize-license-text.ts';

const packages = join(import.meta.dirname, '../../../../../node_modules');

describe('recognizeText', () => {
  it('recognizes installed license texts as the license that their package names', () => {
    let agreed = 0;
    const others: string[] = [];
    for (const name of readdirSync(packages)) {
      const manifest = join(packages, name, 'package.json');
      const text = join(packages, name, 'LICENSE');
      if (!existsSync(manifest) || !existsSync(text)) continue;
      const { license } = JSON.parse(readFileSync(manifest, 'utf8'));
      if (
        !['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'MPL-2.0', 'Unlicense'].includes(license)
      )
        continue;
      const recognised = recognizeLicenseText(readFileSync(text, 'utf8'));
      if (recognised === license) agreed += 1;
      else others.push(`${name}: ${license}, by its text ${recognised}`);
    }
    assert.ok(agreed > 100, String(agreed));
    // A few packages have another text than the license they name.
    assert.ok(others.length < agreed / 50, others.join('\n'));
  });

  const beginnings: [string, string][] = [
    ['GPL-3.0', 'GNU GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007'],
    ['GPL-2.0', '  GNU GENERAL PUBLIC LICENSE\n  Version 2, June 1991'],
    [
      'AGPL-3.0',
      'GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3, 19 November 2007\n… the GNU General Public License version 3',
    ],
    ['LGPL-3.0', '# GNU LESSER GENERAL PUBLIC LICENSE\n\nVersion 3, 29 June 2007\n… the GNU General Public License'],
    ['MPL-2.0', 'Mozilla Public License Version 2.0\n===='],
    ['EPL-2.0', 'Eclipse Public License - v 2.0'],
    ['BSL-1.0', 'Boost Software License - Version 1.0 - August 17th, 2003'],
    ['CC0-1.0', 'Creative Commons Legal Code\n\nCC0 1.0 Universal'],
    ['Unlicense', 'This is free and unencumbered software released into the public domain.'],
  ];
  for (const [licence, text] of beginnings) {
    it(`recognizes ${licence} by its beginning`, () => assert.equal(recognizeLicenseText(text), licence));
  }

  it('ignores licenses that a text only mentions', () => {
    assert.equal(
      recognizeLicenseText(`${'Some terms of ours. '.repeat(20)} Unlike the GNU General Public License version 3 …`),
      null,
    );
    assert.equal(recognizeLicenseText(''), null);
    assert.equal(recognizeLicenseText('x'.repeat(1_000_000)), null);
  });
});
