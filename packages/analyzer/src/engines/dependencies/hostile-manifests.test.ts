import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { formatDependency, runOnFiles, runOnFolder } from './testing/run-dependencies-engine.ts';

const good = { 'good/go.mod': 'module m\n\nrequire example.com/good v1.0.0\n' };
const goodOne = 'example.com/good@v1.0.0 runtime direct';

describe('reports a manifest that cannot be parsed with its line, and reads the others', () => {
  const broken: [path: string, content: string, reason: RegExp][] = [
    ['package.json', '{\n  "dependencies": {\n    "a": "1.0.0",\n  }\n}', /^not valid JSON: .* \(line 4\)$/],
    ['package-lock.json', '{\n<<<<<<< HEAD\n', /^not valid JSON: .* \(line 2\)$/],
    ['yarn.lock', 'a@1:\n  version "1"\n<<<<<<< HEAD\n', /^holds the marks of a merge conflict \(line 3\)$/],
    ['pnpm-lock.yaml', "packages:\n  'a@1.0.0:\n", /^a quote is not closed \(line 2\)$/],
    ['bun.lock', '{\n  "packages": {\n    "a": [,\n  }\n}', /^not valid JSON: .* \(line 3\)$/],
    ['bun.lockb', '#!/usr/bin/env bun\n', /binary lockfile: .*--save-text-lockfile/],
    ['go.mod', 'module m\nrequire (\n  a v1\n', /^the block of "require" is not closed$/],
    ['Cargo.toml', '[package]\nname = "a"\nname = "b"\n', /^not valid TOML: .* \(line 3\)$/],
    ['Cargo.lock', '[[package]]\nname = "a"\n\n[[package]]\nname = b\n', /^not valid TOML: .* \(line 5\)$/],
    ['pyproject.toml', '[project\n', /^not valid TOML: .* \(line 1\)$/],
    ['Gemfile.lock', 'GEM\n=======\n', /^holds the marks of a merge conflict \(line 2\)$/],
    ['pom.xml', '<project>\n  <dependencies>\n</project>', /^not valid XML: .* \(line \d\)$/],
    ['App.csproj', '<html></html>', /^not a file of MSBuild/],
    ['gradle.lockfile', '# a\nnonsense\n', /^not a line of a Gradle lockfile \(line 2\)$/],
    ['pubspec.lock', 'packages:\n  a: [\n', /^not valid YAML: .* \(line \d\)$/],
    ['mix.lock', '%{\n  "a": {:hex, nonsense},\n}', /^not an entry of Hex \(line 2\)$/],
    ['.github/workflows/a.yml', 'jobs:\n  uses: "a\n', /^not valid YAML: .* \(line \d\)$/],
  ];
  for (const [path, content, reason] of broken) {
    test(path, async () => {
      const { dependencies, coverage } = await runOnFiles({ ...good, [path]: content });
      assert.deepEqual(dependencies.map(formatDependency), [goodOne]);
      assert.deepEqual(
        coverage.skipped.map(({ files, examples }) => [files, examples]),
        [[1, [path]]],
      );
      assert.match(coverage.skipped[0]?.reason ?? '', reason);
      assert.equal(coverage.complete, false);
      assert.ok(coverage.reason?.includes(path));
      assert.ok(!coverage.reason?.includes('\n'));
    });
  }
});

describe('survives nesting as deep as the file is long', () => {
  const depth = 100_000;
  const json = `{"dependencies":${'{"a":{"dependencies":'.repeat(depth)}{}${'}}'.repeat(depth)}}`;
  const deep: Record<string, string> = {
    'package.json': '['.repeat(depth),
    'package-lock.json': json,
    'bun.lock': `{"packages":${'['.repeat(depth)}`,
    'pnpm-lock.yaml': Array.from({ length: 2000 }, (_, indent) => `${' '.repeat(indent)}a:`).join('\n'),
    'Cargo.toml': `a = ${'['.repeat(depth)}`,
    'pyproject.toml': `${'a.'.repeat(depth)}a = 1`,
    'pom.xml': '<project>'.repeat(depth) + '</project>'.repeat(depth),
    'pubspec.yaml': `a: ${'['.repeat(depth)}`,
    'requirements.txt': `a${'['.repeat(depth)}`,
    'mix.exs': `defp deps do\n${'{:a, '.repeat(depth)}`,
  };
  for (const [path, content] of Object.entries(deep)) {
    test(path, async () => {
      const { dependencies } = await runOnFiles({ ...good, [path]: content });
      assert.ok(dependencies.map(formatDependency).includes(goodOne));
    });
  }
});

test('treats names like __proto__ and constructor as ordinary names', async () => {
  const { dependencies } = await runOnFiles({
    'a/package-lock.json':
      '{"packages":{"":{"dependencies":{"__proto__":"1","constructor":"1"}},' +
      '"node_modules/__proto__":{"version":"1.0.0","polluted":true},"node_modules/constructor":{"version":"2.0.0"}}}',
    'b/pnpm-lock.yaml':
      "importers:\n  .:\n    dependencies:\n      __proto__:\n        specifier: '1'\n        version: 1.0.0\npackages:\n  __proto__@1.0.0: {}\n",
    'c/Cargo.toml': '[package]\nname = "c"\n[dependencies]\n__proto__ = "=1.0.0"\n',
    'd/pom.xml':
      '<project><dependencies><dependency><groupId>__proto__</groupId><artifactId>a</artifactId>' +
      '<version>1</version></dependency></dependencies><properties><__proto__>1</__proto__></properties></project>',
    'e/pubspec.yaml': 'dependencies:\n  __proto__: 1.0.0\n',
  });
  assert.equal(Reflect.get({}, 'polluted'), undefined);
  assert.deepEqual(dependencies.filter(({ manifest }) => !manifest.startsWith('d/')).map(formatDependency), [
    '__proto__@1.0.0 runtime direct',
    'constructor@2.0.0 runtime direct',
    '__proto__@1.0.0 runtime direct',
    '__proto__@1.0.0 runtime direct',
    '__proto__@1.0.0 runtime direct',
  ]);
});

test('does not expand XML entities, and limits YAML aliases', async () => {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
  const { dependencies, coverage } = await runOnFiles({
    'pom.xml': `<!DOCTYPE project [<!ENTITY l0 "ha">${laughs}]><project><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>&l9;</version></dependency></dependencies></project>`,
    'pubspec.yaml': `a: &a [x]\ndependencies: [${'*a,'.repeat(200)}]\n`,
  });
  assert.deepEqual(
    dependencies.map(({ version }) => version),
    [null],
  );
  assert.deepEqual(
    coverage.skipped.map(({ examples }) => examples),
    [['pubspec.yaml']],
  );
});

test('skips a lockfile above the size limit and reports the reason', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dependencies-'));
  try {
    await writeFile(join(folder, 'package-lock.json'), '');
    await truncate(join(folder, 'package-lock.json'), 64 * 1024 ** 2 + 1);
    const { coverage } = await runOnFolder(folder);
    assert.equal(coverage.complete, false);
    assert.equal(
      coverage.reason,
      'Mend or remove what could not be read: package-lock.json (larger than the 64 MiB that are read).',
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('shortens the paths of a chain of 50,000 packages to their beginning and end', async () => {
  const packages: Record<string, object> = { '': { dependencies: { p0: '1' } } };
  for (let n = 0; n < 50_000; n += 1)
    packages[`node_modules/p${n}`] = { version: '1.0.0', dependencies: { [`p${n + 1}`]: '1' } };
  const { dependencies } = await runOnFiles({ 'package-lock.json': JSON.stringify({ packages }) });
  const via = (name: string) => dependencies.find((dependency) => dependency.name === name)?.via ?? [];
  const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `p${from + n}`);
  assert.deepEqual(via('p24'), names(0, 23));
  assert.deepEqual(via('p25'), [...names(0, 11), '…', ...names(13, 24)]);
  assert.deepEqual(via('p49999'), [...names(0, 11), '…', ...names(49_987, 49_998)]);
});

test('lists packages with cyclic dependencies once', async () => {
  const { dependencies } = await runOnFiles({
    'package.json': JSON.stringify({ devDependencies: { a: '1' } }),
    'yarn.lock':
      'a@1:\n  version "1.0.0"\n  dependencies:\n    b "1"\n\nb@1:\n  version "1.0.0"\n  dependencies:\n    a "1"\n    b "1"\n',
  });
  assert.deepEqual(dependencies.map(formatDependency), ['a@1.0.0 development direct', 'b@1.0.0 development via a']);
});

test('lists at most 100,000 dependencies and reports that there are more', async () => {
  const lines = Array.from({ length: 100_003 }, (_, n) => `require example.com/m${n} v1.0.0`);
  const { dependencies, coverage } = await runOnFiles({ 'go.mod': `module m\n${lines.join('\n')}\n` });
  assert.equal(dependencies.length, 100_000);
  assert.equal(coverage.complete, false);
  assert.match(coverage.reason ?? '', /^3 dependencies beyond the first 100000/);
});

test('does not read includes and parents outside of the tree', async () => {
  const { dependencies, coverage } = await runOnFiles({
    'a/requirements.txt': '-r ../../../../../../etc/hostname\n-r /etc/hostname\n-c ../../secret.txt\nflask==3.0.0\n',
    'a/pom.xml':
      '<project><parent><groupId>g</groupId><artifactId>a</artifactId><relativePath>../../../pom.xml</relativePath></parent></project>',
  });
  assert.deepEqual(dependencies.map(formatDependency), ['flask@3.0.0 runtime direct']);
  assert.equal(coverage.filesSeen, 2);
});

test('terminates for requirements files and POMs that include themselves', async () => {
  const parent =
    '<parent><groupId>g</groupId><artifactId>a</artifactId><version>1</version><relativePath>pom.xml</relativePath></parent>';
  const { dependencies } = await runOnFiles({
    'requirements.txt': '-r other.txt\na==1\n',
    'other.txt': '-r requirements.txt\nb==1\n',
    'pom.xml': `<project>${parent}<artifactId>a</artifactId><properties><x>\${y}\${y}</x><y>\${x}\${x}</y></properties><dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId><version>\${x}</version></dependency></dependencies></project>`,
  });
  assert.deepEqual(dependencies.map(formatDependency), [
    'b@1 runtime direct',
    'g:b@null runtime direct',
    'a@1 runtime direct',
  ]);
});

test('removes passwords and tokens from addresses', async () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const { dependencies } = await runOnFiles({
    'package.json': JSON.stringify({
      dependencies: {
        a: `git+https://user:s3cret@example.com/a.git#${commit}`,
        b: 'https://s3cret@example.com/b.tgz',
        c: 'git+ssh://git@example.com/c.git',
      },
    }),
    'requirements.txt': 'd @ git+https://s3cret@example.com/d.git@main\n',
    Gemfile: 'gem "e", git: "https://user:s3cret@example.com/e.git"\n',
    'mix.exs': 'defp deps do\n  [{:f, git: "https://s3cret@example.com/f.git"}]\nend\n',
    'pubspec.yaml': 'dependencies:\n  g:\n    git: https://s3cret@example.com/g.git\n',
    Pipfile: '[packages]\nh = { git = "https://s3cret@example.com/h.git" }\n',
    'Cargo.lock': '[[package]]\nname = "i"\nversion = "1.0.0"\nsource = "git+https://s3cret@example.com/i#main"\n',
  });
  assert.equal(dependencies.length, 9);
  assert.ok(!JSON.stringify(dependencies).includes('s3cret'));
});

test('omits entries with invalid names and reports their number', async () => {
  const { dependencies, coverage } = await runOnFiles({
    'package.json': JSON.stringify({
      dependencies: {
        ok: '1.0.0\u001b[2J',
        'a\u001b[31m': '1.0.0',
        'a b': '1.0.0',
        ['x'.repeat(600)]: '1.0.0',
        'a\u202eb': '1.0.0',
      },
    }),
  });
  assert.deepEqual(
    dependencies.map(({ name, requirement }) => [name, requirement]),
    [['ok', '1.0.0 [2J']],
  );
  assert.match(coverage.notes?.join() ?? '', /^4 entries were left out/);
});
