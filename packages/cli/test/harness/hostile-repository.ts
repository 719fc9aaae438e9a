import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A program and a JavaScript module that create a file (a mark) when somebody runs them. */
export interface Trap {
  program: string;
  module: string;
  /** Returns the names of the marks that were created since the last `clearMarks`. */
  marks(): Promise<string[]>;
  clearMarks(): Promise<void>;
}

/**
 * Creates the trap: a program and a module that leave a mark when somebody runs them.
 *
 * @param folder empty folder outside of the repository
 */
export async function setTrap(folder: string): Promise<Trap> {
  const marks = join(folder, 'marks');
  await mkdir(marks, { recursive: true });
  const program = join(folder, 'trap');
  // The program copies its input to its output, as a git filter has to.
  await writeFile(program, `#!/bin/sh\ntouch "${marks}/$(basename "$0")"\ncat\n`);
  await chmod(program, 0o755);
  const module = join(folder, 'trap.cjs');
  await writeFile(module, `require('node:fs').writeFileSync(${JSON.stringify(join(marks, 'module'))}, '');\n`);
  return {
    program,
    module,
    marks: () => readdir(marks),
    clearMarks: async () => {
      await rm(marks, { recursive: true });
      await mkdir(marks);
    },
  };
}

/**
 * Returns git settings with which the configuration of an analyzed repository makes git run the trap program or read files of another
 * place.
 */
export function hostileSettings({ program }: Trap): [name: string, value: string][] {
  const folder = dirname(program);
  const programs = [
    ...['core.fsmonitor', 'core.sshCommand', 'core.gitProxy', 'core.pager', 'core.editor', 'core.askPass'],
    ...['core.alternateRefsCommand', 'diff.external', 'diff.evil.command', 'diff.evil.textconv', 'gpg.program'],
    ...['filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'merge.evil.driver'],
    ...['uploadpack.packObjectsHook', 'remote.origin.uploadpack', 'interactive.diffFilter', 'sequence.editor'],
  ];
  return [
    ...programs.map((name): [string, string] => [name, program]),
    ...['ls-files', 'rev-parse', 'status'].map((name): [string, string] => [`alias.${name}`, `!${program}`]),
    ['credential.helper', `!${program}`],
    ['core.hooksPath', join(folder, 'hooks')],
    ['core.attributesFile', join(folder, 'attributes')],
    ['core.excludesFile', join(folder, 'excludes')],
    ['filter.evil.required', 'true'],
    ['log.showSignature', 'true'],
    ['protocol.ext.allow', 'always'],
    ['remote.origin.url', `ext::${program}`],
    ['remote.origin.promisor', 'true'],
    ['extensions.partialClone', 'origin'],
    ['include.path', join(folder, 'included')],
  ];
}

const hooks = [
  ...['post-checkout', 'post-index-change', 'fsmonitor-watchman', 'query-watchman', 'reference-transaction'],
  ...['pre-commit', 'post-commit', 'pre-auto-gc', 'post-merge', 'post-rewrite', 'update', 'pre-push'],
];

/**
 * Writes git hooks that run the trap program, into the folder of `core.hooksPath` and the default folder of the repository. Also writes
 * the files for `core.attributesFile`, `core.excludesFile` and `include.path`.
 */
export async function writeHooks(gitDirectory: string, { program }: Trap): Promise<void> {
  const folder = dirname(program);
  for (const place of [join(folder, 'hooks'), join(gitDirectory, 'hooks')]) {
    await mkdir(place, { recursive: true });
    for (const hook of hooks) await symlink(program, join(place, hook));
  }
  await writeFile(join(folder, 'attributes'), '* filter=evil diff=evil\n');
  // The pattern `*` in the user's exclude file would make git ignore every file, including the one with the secret.
  await writeFile(join(folder, 'excludes'), '*\n');
  await writeFile(join(folder, 'included'), `[core]\n\tfsmonitor = ${program}\n\tworktree = /etc\n`);
}

/** Returns files, by path, that make common tools run code of the repository. */
export function toolFiles({ program, module }: Trap): Record<string, string> {
  const code = `require(${JSON.stringify(module)});\n`;
  return {
    '.gitattributes': '* filter=evil diff=evil merge=evil\n',
    '.oxlintrc.json': JSON.stringify({ jsPlugins: [module], rules: {}, ignorePatterns: ['**'] }),
    'src/.oxlintrc.json': JSON.stringify({ jsPlugins: [module] }),
    'eslint.config.cjs': code,
    '.eslintrc.cjs': code,
    'prettier.config.cjs': code,
    'biome.json': JSON.stringify({ plugins: [module] }),
    'tsconfig.json': JSON.stringify({ compilerOptions: { plugins: [{ name: module }] } }),
    'package.json': JSON.stringify({ name: 'evil', scripts: { preinstall: program, prepare: program, test: program } }),
    '.npmrc': `git=${program}\nnode-options=--require=${module}\nscript-shell=${program}\n`,
    '.yarnrc.yml': `yarnPath: ${module}\n`,
    '.env': `NODE_OPTIONS=--require=${module}\nDATA_DIR=.\n`,
    '.envrc': `${program}\n`,
    '.mise.toml': `[hooks]\nenter = "${program}"\n`,
    '.github/actionlint.yaml': 'paths:\n  "**":\n    ignore: [".*"]\n',
    'node_modules/oxlint/package.json': JSON.stringify({ name: 'oxlint', bin: 'bin/oxlint' }),
    'node_modules/oxlint/bin/oxlint': code,
    'setup.py': `import os\nos.system(${JSON.stringify(program)})\n`,
    'build.gradle': `"${program}".execute()\n`,
    'mix.exs': `System.cmd(${JSON.stringify(program)}, [])\n`,
    Gemfile: `system(${JSON.stringify(program)})\n`,
  };
}
