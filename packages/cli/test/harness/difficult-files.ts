/** Malformed manifests and settings by their path. */
export const brokenFiles: Record<string, string> = {
  'npm/package.json': '{"name": ',
  'npm/package-lock.json': '{"lockfileVersion": 3,',
  'bun/bun.lock': '{',
  'pnpm/pnpm-lock.yaml': "packages:\n  'a@1.0.0:\n",
  'yarn/yarn.lock': 'a@1:\n  version "1"\n<<<<<<< HEAD\n',
  'rust/Cargo.toml': '[package\nname=',
  'rust/Cargo.lock': '[[package]]\nname = ',
  'go/go.mod': 'module m\nrequire (\n',
  'ruby/Gemfile.lock': 'GEM\n=======\n',
  'php/composer.json': '[',
  'php/composer.lock': '{"packages": {',
  'java/pom.xml': '<project><dependencies><dependency>',
  'gradle/gradle.lockfile': 'nonsense\n',
  'net/App.csproj': '<Project><ItemGroup>',
  'net/packages.lock.json': '{',
  'net/Directory.Packages.props': '<Project',
  'dart/pubspec.yaml': 'name: [',
  'dart/pubspec.lock': 'packages: {',
  'elixir/mix.lock': '%{\n  "a": {:hex, nonsense},\n}',
  'python/pyproject.toml': '[project\n',
  'python/poetry.lock': '[[package]]\nname=',
  'python/Pipfile': '[packages',
  'python/Pipfile.lock': '{',
  'python/uv.lock': 'version = ',
};

const DEPTH = 100_000;
const nested = (open: string, close = ''): string => open.repeat(DEPTH) + close.repeat(DEPTH);

/** Files by path, with the deepest nesting that their size limit allows. */
export const deepFiles: Record<string, string> = {
  'deep/package.json': nested('[', ']'),
  'deep/package-lock.json': `{"packages":${nested('{"a":')}1${'}'.repeat(DEPTH)}}`,
  'deep/bun.lock': nested('['),
  'deep/pnpm-lock.yaml': `packages: ${nested('{a: ')}1${'}'.repeat(DEPTH)}\n`,
  'deep/pubspec.yaml': `a: ${nested('[', ']')}\n`,
  'deep/Cargo.toml': `a = ${nested('[', ']')}\n`,
  'deep/pom.xml': `<project>${nested('<a>', '</a>')}</project>`,
  '.github/workflows/deep.yml': `on: push\njobs: ${nested('[', ']')}\n`,
  // The Compose file stays below 64 KiB, because the analyzer does not read larger ones.
  'deep/docker-compose.yml': `services: ${'['.repeat(30_000)}${']'.repeat(30_000)}\n`,
  'deep/deep.js': nested('[\n', ']\n'),
  'deep/deep.py': nested('(\n', ')\n'),
  'deep/deep.json': nested('[\n', ']\n'),
};

const NAMES = [...'abcdefghijklmnop'];
/** YAML anchors that each repeat the previous one nine times, so that the last one expands to 9^16 texts ("billion laughs"). */
const laughs = NAMES.map((name, at) => {
  const before = NAMES[at - 1];
  return `${name}: &${name} [${Array(9)
    .fill(before === undefined ? 'ha' : `*${before}`)
    .join(', ')}]\n`;
}).join('');

const entities = Array.from(
  { length: 12 },
  (_, at) => `<!ENTITY e${at + 1} "${(at === 0 ? 'ha' : `&e${at};`).repeat(10)}">`,
).join('');

/** Small files by path whose content expands to more than fits into memory. */
export const bombs: Record<string, string> = {
  '.github/workflows/bomb.yml': `${laughs}on: push\njobs:\n  a: *p\n`,
  '.commandcenter.yml': `${laughs}analysis:\n  gate: *p\n`,
  'bomb/pnpm-lock.yaml': `lockfileVersion: "9.0"\n${laughs}`,
  'bomb/pubspec.yaml': `${laughs}dependencies: *p\n`,
  'bomb/docker-compose.yml': `${laughs}services: *p\n`,
  'bomb/pom.xml': `<?xml version="1.0"?><!DOCTYPE p [${entities}]><project><dependencies><dependency><groupId>&e12;</groupId><artifactId>&e12;</artifactId><version>1.0</version></dependency></dependencies></project>`,
  'bomb/App.csproj':
    '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/hostname">]><Project><ItemGroup><PackageReference Include="&e;" Version="1.0.0"/></ItemGroup></Project>',
};
