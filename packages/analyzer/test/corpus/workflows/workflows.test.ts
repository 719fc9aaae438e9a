import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workflowsEngine } from '../../../src/engines/workflows/engine.ts';
import { workflowsInspector } from '../../../src/engines/workflows/inspector.ts';
import { type EngineTestOutcome, runEngine, summaryOf } from '../run-engine.ts';

const analyze = (files: Record<string, string>): Promise<EngineTestOutcome> =>
  runEngine(files, workflowsInspector, workflowsEngine);

/** Builds a workflow expression `${{ … }}`; the code escapes `$`, so that it does not begin a template substitution. */
const ex = (text: string): string => `\${{ ${text} }}`;

/** Checks one workflow; returns `line severity rule` for each finding. */
async function found(lines: readonly string[], path = '.github/workflows/a.yml'): Promise<string[]> {
  const { findings } = await analyze({ [path]: `${lines.join('\n')}\n` });
  return summaryOf(findings).map((line) => line.slice(path.length + 1));
}

const job = (on: string, ...steps: string[]): string[] => [
  `on: ${on}`,
  'permissions: { contents: read }',
  'jobs:',
  '  build:',
  '    runs-on: ubuntu-latest',
  '    steps:',
  ...steps.map((line) => `      ${line}`),
];
const pinned = `third/party@${'0123456789'.repeat(4)}`;

test('reports untrusted text in a script', async () => {
  const untrusted = [
    'github.event.issue.title',
    'github.event.pull_request.body',
    'github.event.pull_request.head.ref',
    'github.head_ref',
    'github.event.comment.body',
    'github.event.head_commit.message',
    'github.event.commits[0].author.name',
    "github['event']['issue']['body']",
    'toJSON(github.event.issue)',
    "format('{0}', github.head_ref)",
    "github.event_name == 'push' && github.ref || github.head_ref",
    'github.event.workflow_run.head_branch',
  ];
  for (const text of untrusted) {
    assert.deepEqual(
      await found(job('issues', `- run: echo "${ex(text)}"`)),
      ['7 critical workflows/script-injection'],
      text,
    );
  }
});

test('reports an injection at its own line, also in github-script and through a variable', async () => {
  const lines = job(
    'issue_comment',
    '- run: |',
    '    set -e',
    '',
    `    echo ${ex('github.event.issue.title')}`,
    '- uses: actions/github-script@v7',
    '  with:',
    '    script: |',
    `      core.info('${ex('github.event.comment.body')}')`,
    '- env:',
    `    REF: ${ex('github.head_ref')}`,
    `  run: echo ${ex('env.REF')}`,
  );
  assert.deepEqual(await found(lines), [
    '10 critical workflows/script-injection',
    '14 critical workflows/script-injection',
    '17 critical workflows/script-injection',
  ]);
});

test('accepts untrusted text in the environment, in comparisons and as a number', async () => {
  const lines = job(
    'pull_request',
    '- env:',
    `    TITLE: ${ex('github.event.pull_request.title')}`,
    '  run: echo "$TITLE"',
    `- if: ${ex("contains(github.event.pull_request.title, 'x')")}`,
    `  run: echo ${ex('github.event.pull_request.number')} ${ex('github.sha')} ${ex('github.event.pull_request.head.sha')}`,
    `- run: echo ${ex("github.head_ref == 'main' && 'yes' || 'no'")} ${ex("contains(github.event.issue.title, 'bug')")}`,
    `- run: echo ${ex("startsWith(github.head_ref, 'release/')")} ${ex("'github.head_ref'")}`,
    '- uses: actions/github-script@v7',
    '  with:',
    `    result: ${ex('github.head_ref')}`,
    '    script: core.info(process.env.TITLE)',
  );
  assert.deepEqual(await found(lines), []);
});

test('rates inputs of a composite action as low, and untrusted text in it as critical', async () => {
  const lines = [
    'name: Greet',
    'inputs:',
    '  name: { description: who }',
    'runs:',
    '  using: composite',
    '  steps:',
    '    - shell: bash',
    `      run: echo ${ex('inputs.name')}`,
    '    - shell: bash',
    `      run: echo ${ex('github.head_ref')}`,
  ];
  assert.deepEqual(await found(lines, 'actions/greet/action.yml'), [
    '10 critical workflows/script-injection',
    '8 low workflows/input-in-script',
  ]);
  const typed = [
    'on:',
    '  workflow_call:',
    '    inputs:',
    '      many: { type: number }',
    ...job('x', `- run: echo ${ex('inputs.many')}`).slice(1),
  ];
  assert.deepEqual(await found(typed), []);
});

test('reports pull_request_target that runs the head, with a lower severity if it only checks it out', async () => {
  const checkout = ['- uses: actions/checkout@v4', '  with:', `    ref: ${ex('github.event.pull_request.head.sha')}`];
  assert.deepEqual(await found(job('pull_request_target', ...checkout, '- run: npm ci && npm test')), [
    '7 critical workflows/untrusted-checkout',
  ]);
  assert.deepEqual(await found(job('pull_request_target', ...checkout)), ['7 medium workflows/untrusted-checkout']);
  assert.deepEqual(await found(job('pull_request_target', '- uses: actions/checkout@v4', '- run: npm ci')), []);
  assert.deepEqual(await found(job('pull_request', ...checkout, '- run: npm test')), []);
  assert.deepEqual(await found(job('pull_request_target', '- uses: actions/labeler@v5')), []);
});

test('treats workflow_run and comments like pull_request_target', async () => {
  const artifact = [
    '- uses: actions/checkout@v4',
    '  with:',
    `    ref: ${ex('github.event.workflow_run.head_sha')}`,
    '- run: make',
  ];
  const lines = job('x', ...artifact);
  lines.splice(0, 1, 'on:', '  workflow_run: { workflows: [CI], types: [completed] }');
  assert.deepEqual(await found(lines), ['8 critical workflows/untrusted-checkout']);
  assert.deepEqual(
    await found(
      job(
        'issue_comment',
        '- run: |',
        '    set -e',
        `    gh pr checkout ${ex('github.event.issue.number')}`,
        '    make',
      ),
    ),
    ['9 critical workflows/untrusted-checkout'],
  );
});

test('accepts a job that is limited to branches of the same repository', async () => {
  const lines = job(
    'pull_request_target',
    '- uses: actions/checkout@v4',
    `  with: { ref: "${ex('github.event.pull_request.head.sha')}" }`,
    '- run: npm test',
  );
  lines.splice(5, 0, '    if: github.event.pull_request.head.repo.full_name == github.repository');
  assert.deepEqual(await found(lines), []);
});

test('reports third-party actions that are not pinned, as high with a write-all token', async () => {
  const steps = [
    '- uses: actions/checkout@v4',
    '- uses: third/party@v1',
    `- uses: ${pinned}`,
    '- uses: ./local',
    '- uses: third/party@v1',
    '- uses: docker://alpine:3',
  ];
  assert.deepEqual(await found(job('push', ...steps)), [
    '12 low workflows/unpinned-action',
    '8 low workflows/unpinned-action',
  ]);
  const all = job('push', '- uses: third/party@v1').map((line) =>
    line.startsWith('permissions') ? 'permissions: write-all' : line,
  );
  assert.deepEqual(await found(all), ['2 high workflows/write-all-token', '7 high workflows/unpinned-action']);
  const own = job('push', '- run: make').map((line) =>
    line.startsWith('permissions') ? 'permissions: write-all' : line,
  );
  assert.deepEqual(await found(own), ['2 medium workflows/write-all-token']);
});

test('reports secrets that are passed on as a whole, and passwords in the file', async () => {
  const lines = [
    'on: push',
    'jobs:',
    '  other:',
    `    uses: other/repo/.github/workflows/build.yml@${'0123456789'.repeat(4)}`,
    '    secrets: inherit',
    '  own:',
    '    uses: ./.github/workflows/build.yml',
    '    secrets: inherit',
    '  box:',
    '    runs-on: ubuntu-latest',
    '    container:',
    '      image: registry.acme.io/box:1',
    '      credentials:',
    '        username: ci',
    '        password: opensesame',
    '    services:',
    '      db:',
    '        image: registry.acme.io/db:1',
    '        credentials:',
    '          username: ci',
    `          password: ${ex('secrets.REGISTRY')}`,
    '    steps:',
    '      - run: make',
    '        env:',
    `          ALL: ${ex('toJSON(secrets)')}`,
  ];
  assert.deepEqual(await found(lines), [
    '15 high workflows/hard-coded-credentials',
    '25 medium workflows/all-secrets',
    '5 medium workflows/secrets-inherit',
  ]);
});

test('reports self-hosted runners, insecure commands, and scripts from the network', async () => {
  const lines = [
    'on: [push, pull_request]',
    'env:',
    '  ACTIONS_ALLOW_UNSECURE_COMMANDS: true',
    'jobs:',
    '  a:',
    '    runs-on: [self-hosted, linux]',
    '    steps:',
    '      - run: |',
    '          make',
    '          curl -fsSL https://get.acme.io | sudo bash',
    '          curl -fsSL https://acme.io/list | sort > list',
  ];
  assert.deepEqual(await found(lines), [
    '10 low workflows/piped-script',
    '3 medium workflows/unsecure-commands',
    '6 medium workflows/self-hosted-runner',
  ]);
});

test('reports what GitHub would reject, but not features that are newer than actionlint', async () => {
  const lines = job(
    'push',
    '- run: make',
    '  id: one',
    `- run: echo ${ex('steps.two.outputs.x')}`,
    `- run: echo ${ex('vars.REGION')}`,
    `- run: echo ${ex('github. ')}`,
    '- run: make',
    '  shel: bash',
  );
  lines.splice(4, 1, '    runs-on: ubuntu-26.04', '    needs: missing');
  lines.splice(1, 0, 'run-name: A build');
  assert.deepEqual(await found(lines), [
    '11 medium workflows/undefined-name',
    '13 medium workflows/expression-syntax',
    '15 medium workflows/syntax',
    '5 medium workflows/job-needs',
  ]);
});

test('reports a file that is not YAML at its line, and does not pass it to actionlint', async () => {
  const { findings, coverage } = await analyze({ '.github/workflows/a.yml': 'on: push\njobs:\n  a: [\n' });
  assert.deepEqual(summaryOf(findings), ['.github/workflows/a.yml:4 medium workflows/syntax']);
  assert.equal(coverage.complete, true);
});

test('loses only the file that crashes actionlint, and names it', async () => {
  const hostile = job('push', `- run: echo ${ex('('.repeat(20_000))}`, `- run: echo ${ex('github.head_ref')}`).join(
    '\n',
  );
  const broken = job('push', '- run: make', '  id: one', `- run: echo ${ex('steps.two.outputs.x')}`).join('\n');
  const { findings, coverage } = await analyze({
    '.github/workflows/a.yml': hostile,
    '.github/workflows/b.yml': broken,
  });
  assert.deepEqual(summaryOf(findings), [
    '.github/workflows/a.yml:8 critical workflows/script-injection',
    '.github/workflows/b.yml:9 medium workflows/undefined-name',
  ]);
  assert.equal(coverage.complete, false);
  assert.match(coverage.reason ?? '', /^Actionlint crashed .* on \.github\/workflows\/a\.yml/);
});

test('resolves aliases, also one inside of its own anchor', async () => {
  const lines = [
    'on: push',
    'jobs:',
    '  a: &a',
    '    runs-on: x',
    '    steps: &steps',
    `      - run: echo ${ex('github.head_ref')}`,
    '      - *a',
    '  b:',
    '    runs-on: x',
    '    steps: *steps',
  ];
  assert.deepEqual(await found(lines), [
    '6 critical workflows/script-injection',
    '6 critical workflows/script-injection',
  ]);
});

test('ignores YAML files that are no workflows', async () => {
  assert.deepEqual(await found(['on: push'], '.github/workflows/a.yml'), []);
  assert.deepEqual(await found(job('push', `- run: ${ex('github.head_ref')}`), 'docs/workflows/a.yml'), []);
});
