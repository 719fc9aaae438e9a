import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { guideWorkflows } from './testing/guide-workflows.ts';
import { memberOf, type Plain, readYaml } from './testing/plain-yaml.ts';

describe('the example workflows', () => {
  for (const [file, { section, yaml }] of Object.entries(guideWorkflows)) {
    test(`include everything that the guide prints in "${section}" in ${file}`, () => {
      const printed = readYaml(yaml);
      const whole = readYaml(readFileSync(join(import.meta.dirname, file), 'utf8'));
      // The guide's section "Quality Gates" prints only one step of a workflow.
      const part = Array.isArray(printed) ? stepsOf(whole).filter(isNamedAsOneOf(printed)) : whole;
      assertHolds(part, printed, section);
    });
  }
});

const stepsOf = (workflow: Plain): Plain[] =>
  Object.values(memberOf(workflow, 'jobs') ?? {}).flatMap((job) => {
    const steps = memberOf(job, 'steps');
    return Array.isArray(steps) ? steps : [];
  });

const isNamedAsOneOf =
  (printed: Plain[]) =>
  (step: Plain): boolean =>
    printed.some((one) => memberOf(one, 'name') === memberOf(step, 'name'));

/** Asserts that `actual` contains `expected`. Mappings may have additional keys, but lists must have the same items in the same order. */
function assertHolds(actual: Plain | undefined, expected: Plain, place: string): void {
  if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), `${place} is a list`);
    assert.equal(actual.length, expected.length, place);
    expected.forEach((item, index) => {
      assertHolds(actual[index], item, `${place}[${index}]`);
    });
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, value] of Object.entries(expected)) {
      assertHolds(memberOf(actual, key), value, `${place}.${key}`);
    }
  } else assert.equal(actual, expected, place);
}
