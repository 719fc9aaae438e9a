import { type Grammar, oneOf, optional, repeated, sequence } from './grammar.ts';

/** Numbers for random versions: small ones are frequent, so that many versions are equal or similar. */
const numbers = oneOf('0', '0', '1', '1', '2', '9', '10', '20241231');
const longNumbers = oneOf('2147483648', '9007199254740993', '99999999999999999999', '100000000000000000000');
const anyNumber = oneOf(numbers, numbers, numbers, numbers, longNumbers);
/** Numbers for random versions that may have leading zeros, which do not change the value. */
const zeroed = oneOf(anyNumber, anyNumber, '00', '01', '010');

const threeNumbers = sequence(oneOf('0', '1'), '.', oneOf('0', '2', '10'), '.', oneOf('0', '1'));
const words = oneOf('a', 'alpha', 'beta', 'beta2', 'beta10', 'rc', 'rc-1', 'x-y', '-', '-1', '1-', '0a', 'Z', 'z');
const identifiers = repeated(oneOf(anyNumber, words), 1, 3, '.');
const build = sequence('+', repeated(oneOf(anyNumber, '01', 'build', 'b-2', 'B'), 1, 2, '.'));

/** Grammar of semantic versions, strictly as in https://semver.org/#backusnaur-form-grammar-for-valid-semver-versions. */
const semver = sequence(
  oneOf(threeNumbers, threeNumbers, repeated(anyNumber, 3, 3, '.')),
  oneOf('', sequence('-', identifiers)),
  optional(build),
);

/** Grammar of Go's pseudo-versions: https://go.dev/ref/mod#pseudo-versions */
const pseudoVersion = sequence(
  threeNumbers,
  '-',
  optional(oneOf('0.', 'pre.0.', 'rc1.0.')),
  oneOf('20191109021931', '20210101000000', '20180909000000'),
  '-',
  oneOf('daa7c04131f5', '000000000000', '123456789012'),
);

const separator = oneOf('', '', '.', '-', '_');

/** Grammar of all spellings of Python versions: https://packaging.python.org/en/latest/specifications/version-specifiers/#normalization */
const pypi = sequence(
  optional(oneOf('v', ' ', 'V')),
  optional(oneOf('0!', '1!', '01!')),
  repeated(zeroed, 1, 4, '.'),
  optional(
    sequence(
      separator,
      oneOf('a', 'b', 'c', 'rc', 'alpha', 'beta', 'pre', 'preview', 'RC', 'Alpha'),
      separator,
      optional(zeroed),
    ),
  ),
  optional(
    oneOf(sequence('-', zeroed), sequence(separator, oneOf('post', 'rev', 'r', 'Post'), separator, optional(zeroed))),
  ),
  optional(sequence(separator, oneOf('dev', 'DEV'), separator, optional(zeroed))),
  optional(
    sequence(
      '+',
      repeated(oneOf(zeroed, 'abc', 'ABC', 'ubuntu', 'foo0100', 'foo100', '1a'), 1, 3, oneOf('.', '-', '_')),
    ),
  ),
);

const gemWords = oneOf('a', 'b', 'b1', 'b10', 'rc', 'rc1', 'pre', 'beta', 'Z', '1a', '0a');

/** Grammar of versions that RubyGems' `Gem::Version` accepts. */
const rubyGems = sequence(
  repeated(zeroed, 1, 3, '.'),
  optional(sequence('.', repeated(oneOf(gemWords, gemWords, zeroed), 1, 3, '.'))),
  optional(sequence('-', repeated(oneOf(gemWords, zeroed, 'rc-1', '1-b'), 1, 2, '.'))),
);

const mavenQualifiers = oneOf(
  ...['alpha', 'a', 'beta', 'b', 'milestone', 'm', 'rc', 'cr', 'snapshot', 'SNAPSHOT', 'ga', 'final', 'release', 'sp'],
  ...['foo', 'bar', 'x', 'jre', 'Final', 'RC', 'RELEASE', 'é', 'dev', 'pre'],
);

/** Grammar of common Maven versions: numbers, followed by at most one qualifier with a number. */
const mavenCommon = sequence(
  repeated(zeroed, 1, 4, '.'),
  oneOf('', '', sequence(oneOf('-', '.', ''), mavenQualifiers, optional(sequence(oneOf('', '-', '.'), zeroed)))),
  optional(oneOf('-1', '-2', '-SNAPSHOT', '-jre', '-android')),
);

/** Grammar of unusual Maven versions; Maven accepts every text. */
const mavenStrange = sequence(
  oneOf(zeroed, zeroed, mavenQualifiers, '.', '-'),
  repeated(
    sequence(oneOf('.', '-', '_', ''), oneOf(zeroed, zeroed, mavenQualifiers, sequence(mavenQualifiers, zeroed), '')),
    0,
    4,
    '',
  ),
);

const nuget = sequence(
  repeated(oneOf(numbers, '00', '01'), 1, 4, '.'),
  optional(
    sequence(
      '-',
      repeated(oneOf(numbers, '2147483647', 'a', 'ALPHA', 'alpha', 'alpha2', 'alpha10', 'rc', 'b-c'), 1, 3, '.'),
    ),
  ),
  optional(build),
);

const stability = sequence(
  oneOf('', '.', '-', '_'),
  oneOf('stable', 'beta', 'b', 'RC', 'rc', 'alpha', 'a', 'patch', 'pl', 'p', 'P', 'Beta'),
  optional(sequence(oneOf('', '.', '-'), repeated(oneOf(numbers, '01'), 1, 2, oneOf('.', '-')))),
);
const modifier = sequence(
  oneOf('', '_dev', sequence(optional(stability), optional(oneOf('-dev', '.dev', 'dev', '-DEV')))),
  optional(oneOf('@dev', '@stable', '+build.5')),
);
const dates = [
  '2010',
  '20100102',
  '201001',
  '2010.01.02',
  '2010-01-02',
  '2010-01-02-10',
  '20100102203040',
  '2010-01-02.5',
];

/** Grammar of versions that Composer's VersionParser accepts: up to four numbers, dates and numeric branches. */
const packagist = oneOf(
  sequence(optional(oneOf('v', 'V')), oneOf('0', '1', '10', '02'), repeated(sequence('.', zeroed), 0, 3, ''), modifier),
  sequence(oneOf('0', '1'), repeated(oneOf('.0', '.1', '.2'), 0, 3, ''), modifier),
  sequence(oneOf(...dates), modifier),
  sequence(
    optional('v'),
    oneOf('1', '2', '123456'),
    repeated(oneOf('.0', '.1', '.x', '.X', '.*'), 0, 3, ''),
    oneOf('-dev', '.dev', 'dev'),
  ),
);

const gitHubActions = sequence(oneOf('v', ''), repeated(numbers, 1, 3, '.'), optional(sequence('-', identifiers)));

/** Grammars by OSV's name of the ecosystem. They cover every rule of its order and all spellings. */
export const versionGrammars: Readonly<Record<string, Grammar>> = {
  npm: semver,
  'crates.io': semver,
  Go: sequence('v', oneOf(semver, semver, pseudoVersion, oneOf('1', '1.2', '2.0.0+incompatible'))),
  Hex: semver,
  Pub: semver,
  'GitHub Actions': gitHubActions,
  PyPI: pypi,
  RubyGems: rubyGems,
  Maven: oneOf(mavenCommon, mavenCommon, mavenStrange),
  NuGet: nuget,
  Packagist: packagist,
};
