const FOLDERS = new Set(
  'test tests __tests__ testing testdata test-data test_data testfixtures fixture fixtures __fixtures__ spec specs e2e integration-tests mock mocks __mocks__ stubs cassettes __snapshots__ snapshots cypress playwright example examples sample samples demo demos tutorial tutorials doc docs documentation site-docs'.split(
    ' ',
  ),
);
const NAMES = [
  /[._-](?:test|tests|spec|specs|e2e|mock|fixture|stories)\.[^.]+$/i,
  /^(?:test_|conftest\.)/i,
  /(?:Test|Tests|TestCase|Spec|IT)\.(?:java|kt|kts|scala|groovy|cs|fs|vb|swift|php|m|mm)$/,
  /\.(?:md|mdx|markdown|rst|adoc|asciidoc|org|pod|tex)$/i,
  /(?:^|[._-])(?:example|sample|template|tmpl|dist|default)(?:\.[^.]+)?$/i,
  /^(?:readme|changelog|changes|history|contributing|news)(?:\.[^.]*)?$/i,
];

/**
 * Returns whether a path belongs to tests, fixtures, examples or documentation, where most apparent secrets are not
 * real.
 */
export function isTestPath(path: string): boolean {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  return parts.some((folder) => isTestFolder(folder)) || NAMES.some((pattern) => pattern.test(name));
}

function isTestFolder(folder: string): boolean {
  const lower = folder.toLowerCase();
  return FOLDERS.has(lower) || /^tests?[._-]|[._-](?:tests?|specs?|examples?|fixtures|testdata)$/.test(lower);
}
