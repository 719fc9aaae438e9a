import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { analyzeToReport } from './harness/analyze-to-report.ts';
import { type Outcome, runCommandcenter } from './harness/run-commandcenter.ts';

const COMMANDCENTER = resolve(import.meta.dirname, '../../..');
const ACTION = '.github/actions/commandcenter-analyze';
const WORKFLOW = '.github/workflows/pr-analysis.yml';
const FILES = [
  '.gitattributes',
  'LICENSE',
  'README.md',
  'action.yml',
  'dist/index.js',
  'dist/licences.txt',
  'dist/package.json',
];

interface Printed {
  state: string;
  version: string;
  previous_version: string | null;
  files: { path: string; action: string }[];
  workflow: { path: string; action: string } | null;
  ignored: { path: string; by: string }[];
}

describe('commandcenter action install', () => {
  let folder: string;
  let repository: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'commandcenter-action-')));
    repository = join(folder, 'web');
    await mkdir(repository);
    git('init', '--quiet');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
      cwd: repository,
      env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
    });
  const install = (...args: string[]): Promise<Outcome> =>
    runCommandcenter(['action', 'install', ...args], { cwd: repository, environment: { HOME: folder } });
  const installed = async (...args: string[]): Promise<Printed> => {
    const { code, stdout, stderr } = await install(repository, '--json', ...args);
    assert.equal(code, 0, stdout + stderr);
    return JSON.parse(stdout) as Printed;
  };
  const refused = async (place: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await install(place, ...args);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, /^[^\n]+\n$/, 'one line');
    return stderr;
  };
  const inAction = (name: string): string => join(repository, ACTION, name);
  const actionsOf = ({ files }: Printed): Record<string, string> =>
    Object.fromEntries(files.map(({ path, action }) => [path.slice(ACTION.length + 1), action]));
  /** Makes an installed file look as if an older version had written it: changes its content and updates the record. */
  const age = async (name: string, content: string): Promise<void> => {
    await writeFile(inAction(name), content);
    const record = JSON.parse(await readFile(inAction('installed.json'), 'utf8'));
    record.version = '0.0.9';
    record.files[name] = createHash('sha256').update(content).digest('hex');
    await writeFile(inAction('installed.json'), JSON.stringify(record));
  };

  it('copies the files that GitHub needs without the sources, and prints the next steps', async () => {
    const { code, stdout } = await install('.');
    assert.equal(code, 0);
    const installed = await readdir(join(repository, ACTION), { recursive: true });
    assert.deepEqual(installed.sort(), [...FILES, 'dist', 'installed.json'].sort());
    for (const name of FILES.filter((one) => one !== 'LICENSE')) {
      assert.deepEqual(await readFile(inAction(name)), await readFile(join(COMMANDCENTER, ACTION, name)), name);
    }
    assert.deepEqual(await readFile(inAction('LICENSE')), await readFile(join(COMMANDCENTER, 'LICENSE')));
    assert.match(stdout, /^Installed the CommandCenter Action \d+\.\d+\.\d+:\n/);
    for (const secret of ['COMMANDCENTER_URL', 'COMMANDCENTER_TOKEN', 'COMMANDCENTER_PROJECT_ID']) {
      assert.match(stdout, new RegExp(`gh secret set ${secret}\\b`));
    }
    assert.match(stdout, /^ +uses: \.\/\.github\/actions\/commandcenter-analyze$/m);
    assert.ok(!existsSync(join(repository, WORKFLOW)), 'no workflow was asked for');
  });

  it('installs an Action that runs in repositories of ES modules and of CommonJS', async () => {
    await writeFile(join(repository, 'package.json'), '{ "type": "commonjs" }');
    await install('.');
    const main = /main: (\S+)/.exec(await readFile(inAction('action.yml'), 'utf8'))?.[1] ?? assert.fail('no main');
    const { status, stdout } = spawnSync(process.execPath, [inAction(main)], { env: {}, encoding: 'utf8' });
    assert.equal(status, 2, stdout);
    assert.match(stdout, /^::error title=Wrong input::commandcenter-url is empty/m);
  });

  it('prints commands that commit the whole Action even if the repository ignores every dist', async () => {
    await writeFile(join(repository, '.gitignore'), 'dist/\n');
    const { stdout } = await install(repository, '--workflow');
    assert.match(stdout, /dist\/index\.js, by \.gitignore:1: dist\/$/m);
    const [add, commit] = [/^ +(git add .+)$/m, /^ +(git commit .+)$/m].map((one) => one.exec(stdout)?.[1] ?? '');
    execFileSync('sh', ['-c', `${add} && git config user.name T && git config user.email t@example.org && ${commit}`], {
      cwd: repository,
      env: { PATH: process.env.PATH, HOME: folder },
    });
    const committed = git('ls-tree', '-r', '--name-only', 'HEAD').trim().split('\n');
    assert.deepEqual(
      committed,
      [...FILES, 'installed.json']
        .map((name) => `${ACTION}/${name}`)
        .concat(WORKFLOW)
        .sort(),
    );
    assert.deepEqual((await installed()).ignored, [], 'what is committed is not ignored any more');
  });

  it('prints a cd command, quoted for a shell, if the repository is not the current folder', async () => {
    const odd = join(folder, "it's here");
    await mkdir(join(odd, '.git'), { recursive: true });
    await writeFile(join(odd, '.git/HEAD'), 'ref: refs/heads/main\n');
    const { stdout } = await install(odd);
    const cd = /^ +(cd .+)$/m.exec(stdout)?.[1] ?? assert.fail('no cd');
    assert.equal(execFileSync('sh', ['-c', `${cd} && pwd`], { encoding: 'utf8' }).trim(), odd);
    assert.match(stdout, /Check that dist\/ is in the commit\. .*not a git repository/, 'the reason comes from git');
    assert.doesNotMatch((await install('.')).stdout, /^ +cd /m);
  });

  it('writes nothing if the Action is up to date', async () => {
    await install('.');
    const before = await stat(inAction('dist/index.js'));
    const { code, stdout } = await install('.');
    assert.deepEqual([code, stdout], [0, `The CommandCenter Action ${(await installed()).version} is up to date.\n`]);
    assert.deepEqual(
      (await stat(inAction('dist/index.js'))).ino,
      before.ino,
      'a file that is written anew would be another one',
    );
  });

  it('treats files whose line ends git converted as unchanged', async () => {
    await install('.');
    for (const name of [...FILES, 'installed.json']) {
      await writeFile(inAction(name), (await readFile(inAction(name), 'utf8')).replaceAll('\n', '\r\n'));
    }
    assert.equal((await installed()).state, 'unchanged');
  });

  it('updates the files of an older version and removes those that are no longer part of the Action', async () => {
    await install('.');
    await age('dist/index.js', '// older version\n');
    await age('dist/helper.js', '// no longer used\n');
    await rm(inAction('README.md'));
    const printed = await installed();
    assert.deepEqual([printed.state, printed.previous_version], ['updated', '0.0.9']);
    assert.deepEqual(actionsOf(printed), {
      ...Object.fromEntries(FILES.map((name) => [name, 'unchanged'])),
      'dist/index.js': 'updated',
      'dist/helper.js': 'removed',
      'README.md': 'created',
      'installed.json': 'updated',
    });
    assert.deepEqual(
      await readFile(inAction('dist/index.js')),
      await readFile(join(COMMANDCENTER, ACTION, 'dist/index.js')),
    );
    assert.ok(!existsSync(inAction('dist/helper.js')));
  });

  it('prints the old and the new version', async () => {
    await install('.');
    await age('action.yml', 'name: Old\n');
    assert.match(
      (await install('.')).stdout,
      /^Updated the CommandCenter Action from 0\.0\.9 to \d+\.\d+\.\d+:\n {2}updated {2}/,
    );
  });

  it('overwrites files that were changed by hand only with --force', async () => {
    await install('.');
    await age('dist/index.js', '// older version\n');
    await writeFile(inAction('action.yml'), 'name: Ours\n');
    const message = await refused('.');
    assert.match(message, /^Nothing was written, because this file was changed by hand: .*action\.yml\. .*--force/);
    assert.doesNotMatch(message, /index\.js/);
    assert.equal(await readFile(inAction('action.yml'), 'utf8'), 'name: Ours\n');
    assert.equal(await readFile(inAction('dist/index.js'), 'utf8'), '// older version\n');

    assert.equal((await installed('--force')).state, 'updated');
    assert.deepEqual(await readFile(inAction('action.yml')), await readFile(join(COMMANDCENTER, ACTION, 'action.yml')));
  });

  it('refuses to overwrite an Action that it did not install, and keeps unknown files with --force', async () => {
    await mkdir(inAction('dist'), { recursive: true });
    await writeFile(inAction('action.yml'), 'name: Another\n');
    await writeFile(inAction('notes.md'), 'Ours.\n');
    assert.match(await refused('.'), /action\.yml/);
    await installed('--force');
    assert.equal(await readFile(inAction('notes.md'), 'utf8'), 'Ours.\n');
  });

  it('ignores a record that names files outside of the Action', async () => {
    await install('.');
    await writeFile(join(repository, 'precious'), 'ours\n');
    await age('../../../precious', 'ours\n');
    assert.match(await refused('.'), /installed\.json/);
    await installed('--force');
    assert.equal(await readFile(join(repository, 'precious'), 'utf8'), 'ours\n');
  });

  it('writes a workflow with --workflow, unless there is one', async () => {
    const first = await installed('--workflow');
    assert.deepEqual(first.workflow, { path: WORKFLOW, action: 'created' });
    const example = await readFile(join(COMMANDCENTER, 'examples/workflows/pr-analysis.yml'), 'utf8');
    assert.equal(await readFile(join(repository, WORKFLOW), 'utf8'), example);

    await writeFile(join(repository, WORKFLOW), 'name: Ours\n');
    const { stdout } = await install('.', '--workflow');
    assert.match(stdout, /pr-analysis\.yml already exists and was not changed\.\n$/);
    assert.equal(await readFile(join(repository, WORKFLOW), 'utf8'), 'name: Ours\n');
  });

  it('recognizes an existing workflow whose name ends in .yaml', async () => {
    await mkdir(join(repository, '.github/workflows'), { recursive: true });
    await writeFile(join(repository, '.github/workflows/pr-analysis.yaml'), 'name: Ours\n');
    const { stdout } = await install('.', '--workflow');
    assert.ok(!existsSync(join(repository, WORKFLOW)));
    assert.match(
      stdout,
      /^ +git add \.github\/actions\/commandcenter-analyze \.github\/workflows\/pr-analysis\.yaml$/m,
    );
  });

  it('causes no findings in the pull request that adds it', async () => {
    git('commit', '--quiet', '--allow-empty', '--message', 'one');
    await install('.', '--workflow');
    git('add', '.');
    git('commit', '--quiet', '--message', 'two');
    const { report } = await analyzeToReport('.', ['--base', 'HEAD~1'], { cwd: repository });
    assert.deepEqual(
      report.findings.map(({ rule, path }) => `${rule} ${path}`),
      [],
    );
  });

  it('installs into worktrees, whose .git is a file', async () => {
    git('commit', '--quiet', '--allow-empty', '--message', 'one');
    git('worktree', 'add', '--quiet', join(folder, 'worktree'));
    const { code, stderr } = await install(join(folder, 'worktree'));
    assert.equal(code, 0, stderr);
    assert.ok(existsSync(join(folder, 'worktree', ACTION, 'dist/index.js')));
  });

  it('refuses a folder that is not the root of a working copy, and names the root', async () => {
    await mkdir(join(repository, 'src'));
    await mkdir(join(folder, 'plain'));
    await writeFile(join(folder, 'file'), '');
    git('init', '--quiet', '--bare', join(folder, 'bare.git'));
    const cases: [string, RegExp][] = [
      [join(folder, 'missing'), /^There is no folder /],
      [join(folder, 'file'), /is not a folder\.$/m],
      [join(folder, 'plain'), /is not a git repository\. .*git init/],
      [join(folder, 'bare.git'), /is a bare repository/],
      ['src', /so give the folder \S+\/web\.$/m],
      [COMMANDCENTER, /is CommandCenter itself/],
    ];
    await Promise.all(cases.map(async ([place, expected]) => assert.match(await refused(place), expected)));
    assert.equal((await install()).code, 2, 'without a folder');
    const { stdout } = await install(join(folder, 'plain'), '--json');
    assert.equal(JSON.parse(stdout).error.code, 'action.not_a_repository');
  });

  it('follows no link out of the repository, even with --force', async () => {
    const outside = join(folder, 'outside');
    await mkdir(outside);
    await symlink(outside, join(repository, '.github'));
    assert.match(await refused('.', '--force'), /^\.github is a symbolic link/);
    assert.deepEqual(await readdir(outside), []);

    await rm(join(repository, '.github'));
    await mkdir(inAction('dist'), { recursive: true });
    await writeFile(join(outside, 'target'), 'ours\n');
    await symlink(join(outside, 'target'), inAction('dist/index.js'));
    assert.match(await refused('.', '--force'), /dist\/index\.js is a symbolic link/);
    assert.equal(await readFile(join(outside, 'target'), 'utf8'), 'ours\n');

    await rm(inAction('dist'), { recursive: true });
    await writeFile(inAction('dist'), '');
    assert.match(await refused('.'), /dist exists and is not a folder/);
    assert.ok(!existsSync(inAction('action.yml')), 'nothing was written before');
  });

  it('writes no file of the Action if the workflow cannot be written', async () => {
    await mkdir(join(repository, '.github'));
    await symlink(folder, join(repository, '.github/workflows'));
    assert.match(await refused('.', '--workflow'), /^\.github\/workflows is a symbolic link/);
    assert.deepEqual(await readdir(join(repository, '.github')), ['workflows']);
  });
});
