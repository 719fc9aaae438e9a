import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { EngineContext } from '../../../src/engine.ts';
import { technologiesEngine } from '../../../src/engines/technologies/engine.ts';
import { openTree } from '../../../src/tree/open-tree.ts';
import type { SourceTree } from '../../../src/tree/source-tree.ts';

describe('the technologies engine', () => {
  let root: string;
  let kept: Map<string, string>;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'technologies-'));
    kept = new Map();
  });
  afterEach(() => rm(root, { recursive: true }));

  const write = async (files: Record<string, string>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  };
  const run = async (signal = new AbortController().signal, tree?: SourceTree) => {
    const context: Pick<EngineContext, 'signal' | 'cache'> = {
      signal,
      cache: {
        get: (key) => JSON.parse(kept.get(key) ?? 'null'),
        set: (key, value) => kept.set(key, JSON.stringify(value)),
      },
    };
    // The technologies engine uses only these members of its context.
    return await technologiesEngine.run(tree ?? (await openTree(root)), context as EngineContext);
  };
  const idsOf = ({ facts }: Awaited<ReturnType<typeof run>>) => facts?.technologies?.map(({ id }) => id) ?? [];

  it('detects technologies by manifests and file names, with their paths', async () => {
    await write({
      'package.json': '{"name": "web", "dependencies": {"pg": "1", "fastify": "5"}}',
      'tsconfig.json': '{}',
      'api/go.mod': 'module example.com/api\n\ngo 1.24\n',
      'docker-compose.yml': 'services:\n  queue:\n    image: rabbitmq:4\n',
      '.github/workflows/ci.yml':
        'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n',
      'src/a.ts': '',
      'test/fixture/composer.json': '{"name": "a/b", "require": {"laravel/framework": "1"}}',
    });
    const outcome = await run();
    const ids = idsOf(outcome);
    for (const id of ['nodejs', 'fastify', 'postgresql', 'typescript', 'golang', 'rabbitmq', 'github.actions']) {
      assert.ok(ids.includes(id), `${id} is not among ${ids.join(', ')}`);
    }
    assert.ok(!ids.includes('laravel') && !ids.includes('php'), 'fixtures are not of the project');
    const { name, category, paths = [] } = outcome.facts?.technologies?.find(({ id }) => id === 'postgresql') ?? {};
    assert.deepEqual([name, category, paths.includes('package.json')], ['Postgres', 'db', true]);
    assert.equal(outcome.coverage.complete, true);
  });

  it('reuses results until a path or a manifest changes', async () => {
    await write({ 'package.json': '{"name": "web", "dependencies": {"pg": "1"}}', 'a.ts': '1' });
    const first = await run();
    // With an aborted signal the engine could not start its thread, so this proves that the cached result is used.
    const never = AbortSignal.abort(new Error('it was asked again'));
    await write({ 'a.ts': 'changed' });
    assert.deepEqual(await run(never), first);
    await write({ 'package.json': '{"name": "web", "dependencies": {"mysql2": "1"}}' });
    await assert.rejects(run(never), /asked again/);
    assert.ok(!idsOf(await run()).includes('postgresql'));
    await write({ 'Cargo.toml': '[package]\nname = "a"\n' });
    await assert.rejects(run(never), /asked again/);
    assert.ok(idsOf(await run()).includes('rust'));
  });

  it('detects technologies even if a file cannot be parsed', async () => {
    await write({
      'package.json': '{"name": "web", "dependencies": {"pg": "1"}}',
      'a/package.json': '{"name": ',
      'b/docker-compose.yml': 'services:\n  a:\n  b: 1\n',
      'c/pyproject.toml': '= = =',
      'd/main.tf': 'resource {{{{',
      'e/package.json': '{"name": "e", "dependencies": {"__proto__": "1", "constructor": 1}}',
      'f/go.mod': '\0\uFFFF',
    });
    const outcome = await run();
    assert.ok(idsOf(outcome).includes('postgresql'));
    assert.deepEqual(
      outcome.coverage.skipped.map(({ examples }) => examples),
      [['b/docker-compose.yml']],
    );
  });

  it('follows no links and reads only files of the tree', async () => {
    await write({ 'outside/package.json': '{"name": "out", "dependencies": {"pg": "1"}}', 'repository/a.ts': '' });
    await symlink(join(root, 'outside'), join(root, 'repository', 'linked'));
    await symlink(join(root, 'outside', 'package.json'), join(root, 'repository', 'package.json'));
    const tree = await openTree(join(root, 'repository'));
    const asked: string[] = [];
    const watched: SourceTree = {
      ...tree,
      read: (path, limit) => tree.read(path, limit).finally(() => asked.push(path)),
    };
    assert.deepEqual(
      idsOf(await run(undefined, watched)).filter((id) => id === 'postgresql' || id === 'nodejs'),
      [],
    );
    assert.deepEqual(asked, []);
  });

  it('rejects if the analysis is canceled', async () => {
    await write({ 'package.json': '{"name": "web"}' });
    const cancel = new AbortController();
    const running = run(cancel.signal);
    setImmediate(() => cancel.abort(new Error('cancelled')));
    await assert.rejects(running, /cancelled/);
  });
});
