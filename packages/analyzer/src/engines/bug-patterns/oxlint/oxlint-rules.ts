import type { Severity } from '../../../severity.ts';

/**
 * oxlint's rules that are rarely wrong: https://oxc.rs/docs/guide/usage/linter/rules. Medium: the code does not do what
 * it seems to do. Low: the code is a leftover or works by accident. Rules of style are not included.
 */
const byPlugin: Readonly<Record<string, Partial<Record<Severity, readonly string[]>>>> = {
  eslint: {
    medium: [
      ...['for-direction', 'getter-return', 'no-async-promise-executor', 'no-const-assign'],
      ...['no-constant-binary-expression', 'no-dupe-class-members', 'no-dupe-else-if', 'no-dupe-keys'],
      ...[
        'no-duplicate-case',
        'no-func-assign',
        'no-import-assign',
        'no-invalid-regexp',
        'no-new-native-nonconstructor',
      ],
      ...['no-obj-calls', 'no-this-before-super', 'no-unsafe-finally', 'no-unsafe-negation'],
      ...['no-unsafe-optional-chaining', 'use-isnan', 'valid-typeof'],
    ],
    low: [
      ...[
        'no-class-assign',
        'no-cond-assign',
        'no-compare-neg-zero',
        'no-debugger',
        'no-empty-character-class',
        'no-ex-assign',
      ],
      ...['no-loss-of-precision', 'no-self-assign', 'no-setter-return', 'no-sparse-arrays', 'no-useless-backreference'],
    ],
  },
  oxc: {
    medium: [
      ...['bad-array-method-on-arguments', 'bad-char-at-comparison', 'bad-comparison-sequence', 'bad-min-max-func'],
      ...['bad-object-literal-comparison', 'bad-replace-all-arg', 'const-comparisons', 'erasing-op', 'missing-throw'],
      ...['number-arg-out-of-range', 'uninvoked-array-callback'],
    ],
    low: ['approx-constant'],
  },
  typescript: { low: ['no-non-null-asserted-optional-chain'] },
  unicorn: {
    medium: ['no-await-in-promise-methods', 'no-invalid-fetch-options'],
    low: ['no-invalid-remove-event-listener'],
  },
};

/** Rules by oxlint's code, such as `eslint(use-isnan)`. */
export const oxlintRules: ReadonlyMap<string, { rule: string; severity: Severity }> = new Map(
  entries().map(({ plugin, name, severity }) => [`${plugin}(${name})`, { rule: `bug-patterns/${name}`, severity }]),
);

/** Switches off all categories, so that a newer oxlint runs no rule that is not listed here. */
export const oxlintConfiguration: string = JSON.stringify({
  plugins: ['oxc', 'typescript', 'unicorn'],
  categories: Object.fromEntries(
    ['correctness', 'nursery', 'pedantic', 'perf', 'restriction', 'style', 'suspicious'].map((name) => [name, 'off']),
  ),
  rules: Object.fromEntries(
    entries().map(({ plugin, name }) => [plugin === 'eslint' ? name : `${plugin}/${name}`, 'error']),
  ),
});

function entries(): { plugin: string; name: string; severity: Severity }[] {
  return Object.entries(byPlugin).flatMap(([plugin, { medium = [], low = [] }]) => [
    ...medium.map((name) => ({ plugin, name, severity: 'medium' as const })),
    ...low.map((name) => ({ plugin, name, severity: 'low' as const })),
  ]);
}
