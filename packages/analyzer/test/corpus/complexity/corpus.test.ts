import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { complexityInspector } from '../../../src/engines/complexity/inspector.ts';
import { complexityLanguages } from '../../../src/engines/complexity/languages/languages.ts';
import { languageOfName } from '../../../src/languages/detect-language.ts';

/** Expected functions of each sample, as `name first-last complexity` (name, first and last line), counted by hand. */
const samples: Record<string, readonly string[]> = {
  'sample.js': [
    'plain 1-1 1',
    'arrow 3-7 7',
    'Box.make 10-10 1',
    'Box.size 11-14 4',
    'Box.#hidden 15-23 3',
    'exports.outer 26-36 2',
    'exports.outer.inner 27-33 4',
    'exports.outer.(anonymous) 35-35 2',
    'table.run 38-38 1',
    "table.'a-key' 38-38 1",
    '(anonymous) 39-39 1',
  ],
  'sample.tsx': ['Shape.name 3-5 2', 'over 9-11 2', 'Inner.View 13-13 2', 'Inner.View.(anonymous) 13-13 1'],
  'sample.py': ['plain 1-2 1', 'Box.size 6-14 12', 'Box.read 16-35 7', 'Box.read.inner 17-18 1'],
  'sample.go': [
    'Plain 3-3 1',
    'Box.Size 5-23 7',
    'Box.Size.done 14-16 2',
    'Box.Wait 25-38 5',
    'Box.Wait.(anonymous) 37-37 1',
  ],
  'sample.rs': ['plain 1-1 1', 'Box.size 4-23 13', 'inner.Named.twice 29-31 1'],
  'Sample.java': [
    'Sample.Sample 2-3 1',
    'Sample.Point.Point 6-8 2',
    'Sample.Named.ok 14-16 3',
    'Sample.size 19-44 13',
    'Sample.Kind.ONE.run 48-49 1',
  ],
  'sample.cs': [
    'Box.Box 5-5 1',
    'Box.Box 6-6 1',
    'Box.Size.get 7-7 2',
    'Box.Size.set 7-7 1',
    'Box.Sum 9-9 2',
    'Box.+ 10-10 1',
    'Box.Run 12-31 18',
    'Box.Run.Local 28-28 1',
  ],
  'sample.cpp': [
    'Box.Box 3-3 1',
    'Box.~Box 4-4 1',
    'Box.size 5-5 2',
    'Box.operator bool() 6-6 2',
    'Box.operator+ 7-7 1',
    'Box::run 11-35 15',
  ],
  'sample.c': ['split 3-10 4', 'main 12-12 2'],
  'sample.rb': ['Outer.Box.size 3-29 18', 'Outer.Box.make 31-31 1', 'Outer.Box.== 32-32 2'],
  'sample.php': ['plain 2-2 1', 'Box.size 6-27 19', 'Box.size.$run 25-25 2', 'Box.size.(anonymous) 26-26 2'],
};

describe('the complexity of functions', () => {
  for (const [file, expected] of Object.entries(samples)) {
    it(`is exact for the sample of ${languageOfName(file)}`, async () => {
      // The sample is stored as .txt so that no tool formats, lints or compiles it.
      const bytes = await readFile(join(import.meta.dirname, `${file}.txt`));
      const language = languageOfName(file);
      const result = await complexityInspector.inspect({ path: file, bytes, language, text: () => bytes.toString() });
      assert.ok(result !== undefined && 'functions' in result);
      assert.equal(result.errors, undefined, 'the grammar does not understand the sample');
      assert.deepEqual(
        result.functions.map(
          ({ name, startLine, endLine, complexity }) => `${name} ${startLine}-${endLine} ${complexity}`,
        ),
        expected,
      );
    });
  }

  it('has a sample for every language', () => {
    const covered = new Set(Object.keys(samples).map((file) => complexityLanguages.get(languageOfName(file) ?? '')));
    const missing = [...complexityLanguages].filter(
      ([name, language]) => !covered.has(language) && name !== 'TypeScript',
    );
    assert.deepEqual(missing, []);
  });
});
