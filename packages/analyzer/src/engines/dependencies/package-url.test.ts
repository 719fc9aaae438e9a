import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageUrl } from './package-url.ts';

test('splits and encodes names as the type requires', () => {
  const cases: [ecosystem: string, name: string, version: string | null, expected: string][] = [
    ['npm', '@angular/core', '17.0.0', 'pkg:npm/%40angular/core@17.0.0'],
    ['Go', 'github.com/gin-gonic/gin', 'v1.9.1', 'pkg:golang/github.com/gin-gonic/gin@v1.9.1'],
    ['crates.io', 'serde_json', '1.0.0+build', 'pkg:cargo/serde_json@1.0.0+build'],
    ['PyPI', 'flask-login', '0.6.3', 'pkg:pypi/flask-login@0.6.3'],
    ['RubyGems', 'rails', null, 'pkg:gem/rails'],
    ['Packagist', 'monolog/monolog', '3.5.0', 'pkg:composer/monolog/monolog@3.5.0'],
    ['Maven', 'org.slf4j:slf4j-api', '2.0.9', 'pkg:maven/org.slf4j/slf4j-api@2.0.9'],
    ['NuGet', 'Newtonsoft.Json', '13.0.3', 'pkg:nuget/Newtonsoft.Json@13.0.3'],
    ['Pub', 'http_parser', '4.0.2', 'pkg:pub/http_parser@4.0.2'],
    ['Hex', 'phoenix', '1.7.10', 'pkg:hex/phoenix@1.7.10'],
    ['GitHub Actions', 'actions/checkout', 'v4', 'pkg:github/actions/checkout@v4'],
  ];
  for (const [ecosystem, name, version, expected] of cases)
    assert.equal(packageUrl(ecosystem, name, version), expected);
});

test('omits an invalid version and returns null for an invalid name', () => {
  assert.equal(packageUrl('Go', 'example.com/m', 'v1'), 'pkg:golang/example.com/m');
  assert.equal(packageUrl('Maven', 'no-group', '1.0'), null);
  assert.equal(packageUrl('npm', '', '1.0.0'), null);
});
