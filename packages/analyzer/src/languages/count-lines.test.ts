import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commentSyntaxOf } from './comment-syntax.ts';
import { createLineScanner } from './count-lines.ts';
import { languageGroup, languageOfName, languageOfShebang } from './detect-language.ts';

const count = (language: string, text: string) => {
  const { code, comment, blank } = createLineScanner(commentSyntaxOf(language)).count(Buffer.from(text));
  return [code, comment, blank];
};

describe('countLines', () => {
  const cases: [
    what: string,
    language: string,
    text: string,
    counts: [code: number, comment: number, blank: number],
  ][] = [
    ['nothing', 'JavaScript', '', [0, 0, 0]],
    ['a last line without an end', 'JavaScript', 'a\nb', [2, 0, 0]],
    ['code before a comment is code', 'JavaScript', 'a // b\n// c\n\n', [1, 1, 1]],
    ['a comment before code is code', 'JavaScript', '/* a */ b\n/* c\n\nd */ e\n', [2, 1, 1]],
    ['comment signs in strings mean nothing', 'JavaScript', 'a = "/*"\nb = \'//\'\nc = `\n// d\n`\n', [5, 0, 0]],
    ['a quote escaped in its string', 'JavaScript', 'a = "\\"/*"\n// b\n', [1, 1, 0]],
    ['an apostrophe ends with its line', 'C', "// it's\n#error don't\n/* a */\n", [1, 2, 0]],
    [
      'a regular expression is no comment and no string',
      'JavaScript',
      'a = /[/*"]/\n// b\nc = d / e / f // g\n',
      [2, 1, 0],
    ],
    ['a byte order mark and carriage returns are white space', 'C', '\uFEFF// a\r\n\r\nb\r\n', [1, 1, 1]],
    ['documentation of Python is comment', 'Python', '"""\na\n\n"""\nx = """\nb\n"""\n# c\n', [3, 4, 1]],
    ['hashes in strings of Shell and YAML lines', 'YAML', 'a: b # c\n# d\n', [1, 1, 0]],
    ['comments of markup', 'HTML', '<!-- a\nb -->\n<p>\n', [1, 2, 0]],
    ['Ruby blocks at the start of a line alone', 'Ruby', '=begin\na\n=end\nx =begin\n', [1, 3, 0]],
    ['a comment that is never closed', 'C', 'a\n/* b\nc\n', [1, 2, 0]],
    ['a language without comments', 'JSON', '{\n\n"a": "//"\n}\n', [3, 0, 1]],
    ['an unknown language', 'Whatever', '# a\n\n', [1, 0, 1]],
    ['lifetimes of Rust are no quotes', 'Rust', "fn a<'a>() {} // b\n// '\n/* c */\n", [1, 2, 0]],
  ];
  for (const [what, language, text, counts] of cases) {
    it(what, () => assert.deepEqual(count(language, text), counts));
  }

  it('takes linear time for long lines', () => {
    const { code } = createLineScanner(commentSyntaxOf('JavaScript')).count(Buffer.alloc(20_000_000, 'a"'));
    assert.equal(code, 1);
  });
});

describe('language detection', () => {
  it('uses the name, the longest extension, and the first line', () => {
    const names: [string, string | null][] = [
      ['src/a.ts', 'TypeScript'],
      ['a.tsx', 'TSX'],
      ['a.d.ts', 'TypeScript'],
      ['Makefile', 'Makefile'],
      ['docker/Dockerfile.prod', 'Dockerfile'],
      ['a.PY', 'Python'],
      ['a.h', 'C'],
      ['a.unknown', null],
      ['.gitignore', 'Ignore List'],
      ['LICENSE', 'Text'],
    ];
    for (const [name, language] of names) assert.equal(languageOfName(name), language, name);
    assert.equal(languageOfShebang(Buffer.from('#!/usr/bin/env -S python3.11 -u\n')), 'Python');
    assert.equal(languageOfShebang(Buffer.from('#!/bin/bash\n')), 'Shell');
    assert.equal(languageOfShebang(Buffer.from('#!\n')), null);
    assert.equal(languageOfShebang(Buffer.from('no')), null);
    assert.equal(languageGroup('TSX'), 'TypeScript');
    assert.equal(languageGroup('Go'), 'Go');
  });
});
