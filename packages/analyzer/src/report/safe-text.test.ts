import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatLocation, oneLine, webLink } from './safe-text.ts';

describe('oneLine', () => {
  it('removes terminal escapes and line breaks, and marks invisible characters', () => {
    assert.equal(oneLine('a\u001b[31mb\u0007'), 'a�[31mb�');
    assert.equal(oneLine(' a\r\n\tb\u2028c\u00a0 '), 'a b c');
    assert.equal(oneLine('exe.\u202egnp'), 'exe.�gnp');
    assert.equal(oneLine('a\u200bb\u2066c\ufeffd\u{e0041}e'), 'a�b�c d�e');
    assert.equal(oneLine('x\ud800y'), 'x\ufffdy');
    assert.equal(oneLine('schön 漢字 👩‍💻'.slice(0, 8)), 'schön 漢字');
  });

  it('shortens with an ellipsis, never within a character', () => {
    assert.equal(oneLine('abcdef', 6), 'abcdef');
    assert.equal(oneLine('abcdefg', 6), 'abcde…');
    assert.equal(oneLine('abcd😀fg', 6), 'abcd…');
  });
});

describe('placeOf', () => {
  it('joins path and line, if present', () => {
    assert.equal(formatLocation({ path: 'a.ts', start_line: 3 }), 'a.ts:3');
    assert.equal(formatLocation({ path: 'a\nb.ts', start_line: null }), 'a b.ts');
    assert.equal(formatLocation({ path: null, start_line: null }), null);
  });
});

describe('webLink', () => {
  it('accepts web addresses and escapes markup in them', () => {
    assert.equal(webLink('https://osv.dev/vulnerability/GHSA-x'), 'https://osv.dev/vulnerability/GHSA-x');
    assert.equal(
      webLink('https://a.example/x)[y](<z>"\'`|*_@'),
      'https://a.example/x%29%5By%5D%28%3Cz%3E%22%27%60%7C%2A%5F%40',
    );
  });

  it('returns null for other addresses', () => {
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      '/relative',
      'not a url',
      undefined,
      `https://a/${'x'.repeat(3000)}`,
    ]) {
      assert.equal(webLink(url), null, url);
    }
  });
});
