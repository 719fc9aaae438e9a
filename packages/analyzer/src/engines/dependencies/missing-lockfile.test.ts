import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runOnFiles } from './testing/run-dependencies-engine.ts';

const paths = async (files: Record<string, string>) => (await runOnFiles(files)).findings.map(({ path }) => path);
const application = JSON.stringify({ private: true, dependencies: { express: '^4.0.0' } });
const pinned = JSON.stringify({ private: true, dependencies: { express: '4.18.2' } });
const library = JSON.stringify({ name: 'library', version: '1.0.0', dependencies: { express: '^4.0.0' } });

test('reports an application with ranges and without a lockfile as a low finding with a fix', async () => {
  const { findings } = await runOnFiles({ 'service/package.json': application });
  assert.equal(findings.length, 1);
  const [finding] = findings;
  assert.equal(finding?.rule, 'dependencies/no-lockfile');
  assert.equal(finding?.severity, 'low');
  assert.equal(finding?.path, 'service/package.json');
  assert.match(finding?.fix ?? '', /npm install --package-lock-only/);
});

test('recognizes applications of other ecosystems by their manifests', async () => {
  assert.deepEqual(
    await paths({
      'cargo/Cargo.toml': '[package]\nname = "a"\n[dependencies]\nclap = "4"\n',
      'cargo/src/main.rs': '',
      'php/composer.json': '{"type":"project","require":{"monolog/monolog":"^3.0"}}',
      'pipenv/Pipfile': '[packages]\nflask = "*"\n',
      'poetry/pyproject.toml': '[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\nflask = "^3"\n',
    }),
    ['cargo/Cargo.toml', 'poetry/pyproject.toml', 'pipenv/Pipfile', 'php/composer.json'],
  );
});

test('reports nothing if no lockfile is needed', async () => {
  assert.deepEqual(
    await paths({
      'library/package.json': library,
      'pinned/package.json': pinned,
      'examples/one/package.json': application,
      'app/test/fixtures/a/package.json': application,
      'workspace/package.json': library,
      'workspace/packages/a/package.json': application,
      'cargo/Cargo.toml': '[package]\nname = "a"\n[dependencies]\nclap = "4"\n',
      'cargo/src/lib.rs': '',
      'php/composer.json': '{"require":{"monolog/monolog":"^3.0"}}',
      'python/pyproject.toml': '[project]\nname = "a"\ndependencies = ["flask>=3"]\n',
    }),
    [],
  );
});

test('accepts a lockfile in a parent folder or one that cannot be read', async () => {
  assert.deepEqual(
    await paths({
      'yarn.lock': '',
      'apps/a/package.json': application,
    }),
    [],
  );
  assert.deepEqual(await paths({ 'package.json': application, 'package-lock.json': 'broken' }), []);
});
