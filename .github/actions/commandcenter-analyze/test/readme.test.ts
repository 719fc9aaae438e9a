import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { memberOf, type Plain, readYaml } from '../../../../examples/workflows/testing/plain-yaml.ts';

const ACTION = resolve(import.meta.dirname, '..');
const EXAMPLES = resolve(ACTION, '../../../examples/workflows');

const readme = readFileSync(join(ACTION, 'README.md'), 'utf8');
const action = readYaml(readFileSync(join(ACTION, 'action.yml'), 'utf8'));

/** Returns the rows of the table under a heading of the readme, without the table's header. */
function tableUnder(heading: string): string[][] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? assert.fail(`no "${heading}"`);
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const named = (name: string): [string, Plain][] => Object.entries(memberOf(action, name) ?? {});

describe('the README of the Action', () => {
  test('lists every input with its default, and whether it is required', () => {
    assert.deepEqual(
      tableUnder('Inputs').map(([name, , required]) => [name, required]),
      named('inputs').map(([name, input]) => [`\`${name}\``, memberOf(input, 'required') === 'true' ? 'yes' : 'no']),
    );
    const defaults = new Map(tableUnder('Inputs').map(([name, , , otherwise]) => [name, otherwise]));
    for (const [name, input] of named('inputs')) {
      const otherwise = memberOf(input, 'default');
      if (otherwise !== undefined) assert.equal(defaults.get(`\`${name}\``), `\`${otherwise}\``, name);
    }
  });

  test('lists every output', () => {
    assert.deepEqual(
      tableUnder('Outputs').map(([name]) => name),
      named('outputs').map(([name]) => `\`${name}\``),
    );
  });

  test('starts with the workflow that `action install --workflow` writes', () => {
    const first = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    assert.deepEqual(readYaml(first), readYaml(readFileSync(join(EXAMPLES, 'pr-analysis.yml'), 'utf8')));
  });

  test('names only examples that exist', () => {
    const names = [...readme.matchAll(/`([\w-]+\.yml)`/g)].map(([, name = '']) => name);
    const workflows = names.filter((name) => name !== 'action.yml');
    assert.ok(workflows.length > 0);
    for (const name of workflows) assert.ok(existsSync(join(EXAMPLES, name)), name);
  });

  test('has no link out of its folder, because it is copied into other repositories', () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    for (const link of links) assert.ok(link.startsWith('#') && headings.includes(link.slice(1)), link);
  });
});
