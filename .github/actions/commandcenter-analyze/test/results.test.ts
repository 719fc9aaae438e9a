import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { sarifErrors } from '../../../../packages/analyzer/src/report/testing/validate.ts';
import { lockfile, madeUpToken } from '../../../../packages/server/test/analysis/planted.ts';
import { type AnalyzeOptions, type Harness, openHarness } from './harness/harness.ts';
import type { HostedRepository, PullRequest } from './harness/hosted-repository.ts';
import { pullRequestTrigger } from './harness/triggers.ts';
import type { StepRun } from './runner/run-action.ts';

const secretFile = (): string => `export const token = '${madeUpToken()}';\n`;
const MEBIBYTE = 1024 * 1024;

describe('the result of a step', () => {
  let harness: Harness;
  let repository: HostedRepository;
  before(async () => {
    harness = await openHarness();
    repository = await harness.addRepository('web', { 'src/old.js': secretFile(), 'src/gone.js': secretFile() });
  });
  after(() => harness[Symbol.asyncDispose]());

  const analyze = (pull: PullRequest, options?: AnalyzeOptions): Promise<StepRun> =>
    harness.analyze(pullRequestTrigger(repository, pull), options);
  const sarifOf = async (step: StepRun) => {
    const sarif = JSON.parse(await readFile(step.outputs['sarif-file'] ?? '', 'utf8'));
    assert.deepEqual(sarifErrors()(sarif), []);
    return sarif.runs[0].results as {
      baselineState: string;
      locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
    }[];
  };

  describe('for a change that adds, keeps and fixes findings', () => {
    let step: StepRun;
    before(async () => {
      step = await analyze(await repository.openPull({ 'src/new.js': secretFile(), 'src/gone.js': '' }));
      assert.equal(step.exitCode, 0, step.output);
    });

    it('sets all outputs of `action.yml`', async () => {
      const declared = await readFile(new URL('../action.yml', import.meta.url), 'utf8');
      const names = [...declared.slice(declared.indexOf('\noutputs:')).matchAll(/^ {2}([\w-]+):$/gm)].map(
        ([, name]) => name,
      );
      assert.deepEqual(Object.keys(step.outputs).sort(), names.filter((name) => name !== 'using').sort());
      const { 'job-id': id, status, summary = '', 'critical-issues': critical, 'report-url': url = '' } = step.outputs;
      assert.deepEqual([status, critical], ['completed', '1']);
      assert.match(id ?? '', /^\d+$/);
      assert.match(
        summary,
        /^\*\*Gate failed: 1 new critical finding\*\*\n\nNew findings: 1 critical\. 1 existing, 1 fixed, 0 suppressed\./,
      );
      const page = await fetch(url);
      assert.equal(page.status, 200, 'the link needs no token');
      assert.match(await page.text(), /src\/new\.js/);
    });

    it('includes a valid SARIF file without fixed findings', async () => {
      const results = await sarifOf(step);
      assert.deepEqual(
        results.map(({ baselineState, locations }) => [
          locations[0]?.physicalLocation.artifactLocation.uri,
          baselineState,
        ]),
        [
          ['src/new.js', 'new'],
          ['src/old.js', 'unchanged'],
        ],
      );
    });

    it('annotates only the lines of new findings', () => {
      const placed = step.annotations.filter(({ file }) => file !== undefined);
      assert.deepEqual(
        placed.map(({ level, title, file, line, endLine }) => ({ level, title, file, line, endLine })),
        [
          {
            level: 'error',
            title: 'critical: GitHub token in src/new.js',
            file: 'src/new.js',
            line: '1',
            endLine: '1',
          },
        ],
      );
      assert.match(placed[0]?.message ?? '', /whoever can read the repository.*\nRevoke it first/s);
    });

    it('appears in the job’s summary with a link, and in the log', () => {
      assert.match(step.summary, /^## CommandCenter: Gate failed: 1 new critical finding\n/);
      assert.match(step.summary, /### Existing: 1 critical\n[^#]*src\/old\.js/);
      assert.ok(step.summary.trimEnd().endsWith(`[Full report](<${step.outputs['report-url']}>)`));
      assert.match(step.output, /^New findings: 1 critical\. 1 existing, 1 fixed, 0 suppressed\.$/m);
      assert.match(step.output, /^ +\d+ % {2}\S/m, 'progress');
    });
  });

  it('leaves room in the summary for other steps, and is omitted if there is none', async () => {
    const pull = await repository.openPull({ 'src/more.js': secretFile() });
    for (const [room, expected] of [
      [4000, /^\[Full report\]\(<http[^\n]*>\)\n$/],
      [100, /^$/],
    ] as const) {
      const before = `${'x'.repeat(MEBIBYTE - room - 1)}\n`;
      const step = await analyze(pull, { summary: before });
      assert.equal(step.exitCode, 0, step.output);
      assert.ok(step.summary.startsWith(before) && step.summary.length <= MEBIBYTE, 'GitHub drops what is larger');
      assert.match(step.summary.slice(before.length), expected);
    }
  });

  describe('for a hostile repository', () => {
    // Each path tries one attack on the log or comment: a line break with a command, the same in the runner's escaped form, the old
    // command syntax, markup, mentions, and a marker.
    const paths = [
      'a\n::error::pwned by a line break',
      'b%0A::set-output name=status::pwned by an escape',
      'c\r::add-mask::pwned by a carriage return',
      '::warning::pwned at the start',
      '##[set-env name=PATH]pwned of old',
      'd, line=1::pwned by a property',
      '<img src=x onerror=alert(1)>',
      '<!-- commandcenter-action:1:my-org/web -->',
      '[x](javascript:alert(1)) @octocat #1 **bold** `code`',
      '\u202egnp.exe\u001b[31m',
    ];
    const shown = /pwned/;
    let pull: PullRequest;
    let step: StepRun;
    before(async () => {
      const secrets = paths.map((path) => [`src/${path}/x.js`, secretFile()] as const);
      const packages = { '::error::pwned<b>': '1.0.0', 'e\n::error::pwned as a package': '1.0.0' };
      pull = await repository.openPull({ ...Object.fromEntries(secrets), 'package-lock.json': lockfile(packages) });
      // The harness fails here if the runner would treat any line as another command.
      step = await analyze(pull, { with: { 'fail-on-errors': 'true', 'analysis-depth': 'standard' } });
      assert.equal(step.exitCode, 1, step.output);
    });

    it('contains no commands in the log except our annotations', () => {
      assert.match(step.output, shown, 'the names are there');
      const files = step.annotations.flatMap(({ file }) => file ?? []);
      assert.ok(files.length >= 9);
      for (const file of files)
        assert.ok(
          // The old command syntax is changed, because old runners execute it anywhere in a line.
          paths.some((path) => file === `src/${path.replace('##[', '# #[')}/x.js`),
          JSON.stringify(file),
        );
      for (const { title = '' } of step.annotations) {
        assert.match(title, /^(?:critical: GitHub token in |Findings$|Incomplete analysis$|Gate failed$)/);
      }
      assert.deepEqual(
        step.masks.filter((mask) => shown.test(mask)),
        [],
      );
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for control characters
      assert.doesNotMatch(step.output, /[\u001b\u202e]/);
    });

    it('sets no foreign output', () => {
      assert.equal(step.outputs.status, 'completed');
      assert.equal(step.outputs['critical-issues'], String(paths.length));
    });

    it('is only text in comment and summary, with our marker in the last line', async () => {
      const [comment = '', ...others] = harness.comments(repository, pull.number);
      assert.deepEqual(others, []);
      const marker = '<!-- commandcenter-action:1:my-org/web -->';
      assert.match(comment, shown);
      for (const text of [comment.slice(0, -marker.length), step.summary, step.outputs.summary ?? '']) {
        // Remove code blocks and code spans, in which GitHub interprets no markup.
        const prose = text.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
        assert.doesNotMatch(prose, /<(?!https?:\/\/127)(?!\/?details)/, 'no markup');
        assert.doesNotMatch(prose, /@octocat|[^\\]\*\*bold|^::|(?<!\\)\[x\]/m);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for control characters
        assert.doesNotMatch(text, /[\u001b\u202e\r]/);
      }
      assert.ok(comment.endsWith(`\n\n${marker}`));
      await analyze(pull, { with: { 'analysis-depth': 'standard' } });
      assert.equal(harness.comments(repository, pull.number).length, 1, 'found again');
    });

    it('includes valid SARIF', async () => {
      const added = (await sarifOf(step)).filter(({ baselineState }) => baselineState === 'new');
      assert.equal(added.length, paths.length);
    });
  });
});
