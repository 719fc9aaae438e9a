import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import type { Dependency } from '../facts.ts';
import { toSbom } from './sbom.ts';
import { hostileText, sampleFinding, sampleReport } from './testing/sample-report.ts';
import { cyclonedxErrors } from './testing/validate.ts';

const faultsOf = cyclonedxErrors();
const sbomOf = (...parameters: Parameters<typeof toSbom>) => {
  const sbom = toSbom(...parameters);
  assert.deepEqual(faultsOf(JSON.parse(JSON.stringify(sbom))), []);
  return sbom;
};
const depending = (dependencies: Partial<Dependency>[], findings = sampleReport().findings) => {
  const report = sampleReport({ findings });
  const [lodash] = report.facts.dependencies;
  assert.ok(lodash);
  const { licence: _licence, ...bare } = lodash;
  report.facts.dependencies = dependencies.map((values) => ({ ...bare, ...values }));
  return report;
};

describe('the SBOM report', () => {
  it('is rejected by the schema if it is invalid, so that these tests can fail', () => {
    const sbom = toSbom(sampleReport());
    assert.notDeepEqual(faultsOf({ ...sbom, components: [{ type: 'library' }] }), []);
    assert.notDeepEqual(faultsOf({ ...sbom, serialNumber: '1' }), []);
  });

  it('has the repository and each package with version, scope and license', () => {
    const { metadata, components } = sbomOf(sampleReport());
    assert.deepEqual(metadata, {
      timestamp: '2026-01-31T12:00:00.000Z',
      lifecycles: [{ phase: 'pre-build' }],
      tools: { components: [{ type: 'application', name: 'CommandCenter', version: '0.1.0' }] },
      component: {
        type: 'application',
        'bom-ref': 'repository',
        name: 'my-org/my-repo',
        version: 'f3b0d6f7f0c1b1f4a8f2f6a0b9d3c5e7a1b2c3d4',
      },
    });
    assert.deepEqual(
      components.map(({ group, name, version, scope, licenses, purl }) => ({
        group,
        name,
        version,
        scope,
        licenses,
        purl,
      })),
      [
        {
          group: undefined,
          name: 'lodash',
          version: '4.17.15',
          scope: 'required',
          licenses: [{ license: { id: 'MIT' } }],
          purl: 'pkg:npm/lodash@4.17.15',
        },
        {
          group: '@scope',
          name: 'tool',
          version: '1.0.0',
          scope: 'optional',
          licenses: [{ expression: '(MIT OR Apache-2.0)' }],
          purl: 'pkg:npm/%40scope/tool@1.0.0',
        },
        {
          group: undefined,
          name: 'deep',
          version: '2.0.0',
          scope: 'optional',
          licenses: [{ license: { name: 'SEE LICENSE IN LICENSE.md' } }],
          purl: 'pkg:npm/deep@2.0.0',
        },
        {
          group: 'org.example',
          name: 'core',
          version: undefined,
          scope: 'required',
          licenses: undefined,
          purl: 'pkg:maven/org.example/core',
        },
      ],
    );
  });

  it('lists a package of several manifests once, required if one needs it at runtime', () => {
    const { components } = sbomOf(
      depending([
        { manifest: 'a/package-lock.json', scope: 'development' },
        { manifest: 'b/package-lock.json', scope: 'runtime' },
      ]),
    );
    assert.equal(components.length, 1);
    assert.equal(components[0]?.scope, 'required');
    assert.deepEqual(
      components[0]?.properties.map(({ value }) => value),
      ['npm', 'a/package-lock.json', 'b/package-lock.json'],
    );
  });

  it('contains the known edges of the graph and declares it incomplete', () => {
    const { dependencies, compositions } = sbomOf(sampleReport());
    assert.deepEqual(dependencies, [
      {
        ref: 'repository',
        dependsOn: ['pkg:npm/lodash@4.17.15', 'pkg:npm/%40scope/tool@1.0.0', 'pkg:maven/org.example/core'],
      },
      { ref: 'pkg:npm/lodash@4.17.15' },
      { ref: 'pkg:npm/%40scope/tool@1.0.0', dependsOn: ['pkg:npm/deep@2.0.0'] },
      { ref: 'pkg:npm/deep@2.0.0' },
      { ref: 'pkg:maven/org.example/core' },
    ]);
    assert.deepEqual(compositions, [{ aggregate: 'incomplete', dependencies: ['repository'] }]);
  });

  it('omits an edge if a lockfile has several versions of the parent', () => {
    const { dependencies } = sbomOf(
      depending([
        { name: 'a', version: '1', purl: 'pkg:npm/a@1' },
        { name: 'a', version: '2', purl: 'pkg:npm/a@2', direct: false, via: ['x'] },
        { name: 'b', version: '1', purl: 'pkg:npm/b@1', direct: false, via: ['a'] },
      ]),
    );
    assert.deepEqual(dependencies, [
      { ref: 'repository', dependsOn: ['pkg:npm/a@1'] },
      { ref: 'pkg:npm/a@1' },
      { ref: 'pkg:npm/a@2' },
      { ref: 'pkg:npm/b@1' },
    ]);
  });

  it('lists each vulnerability once with all affected packages, but no fixed ones', () => {
    const vulnerable = sampleFinding({
      engine: 'vulnerabilities',
      rule: 'vulnerabilities/CVE-2021-23337',
      severity: 'high',
      title: 'Command injection',
      message: 'CVSS 7.2.',
      package: { name: 'lodash', version: '4.17.15', ecosystem: 'npm', fixed_in: '4.17.21' },
      fix: 'Upgrade.',
      url: 'https://osv.dev/vulnerability/GHSA-x',
    });
    const scoped = { name: '@scope/tool', version: '1.0.0', ecosystem: 'npm' };
    const { vulnerabilities } = sbomOf(
      sampleReport({
        findings: [
          vulnerable,
          { ...vulnerable, severity: 'critical', package: scoped },
          { ...vulnerable, rule: 'vulnerabilities/CVE-2', state: 'fixed' },
          {
            ...vulnerable,
            rule: 'vulnerabilities/CVE-3',
            state: 'suppressed',
            suppression: { reason: 'not reachable', expires: '2027-01-31' },
          },
        ],
      }),
    );
    assert.deepEqual(vulnerabilities[0], {
      'bom-ref': 'vulnerability:CVE-2021-23337',
      id: 'CVE-2021-23337',
      source: { url: 'https://osv.dev/vulnerability/GHSA-x' },
      ratings: [{ severity: 'critical', method: 'other' }],
      description: 'Command injection. CVSS 7.2.',
      recommendation: 'Upgrade.',
      advisories: [{ url: 'https://osv.dev/vulnerability/GHSA-x' }],
      affects: [{ ref: 'pkg:npm/lodash@4.17.15' }, { ref: 'pkg:npm/%40scope/tool@1.0.0' }],
    });
    assert.deepEqual(
      vulnerabilities.map(({ id, analysis }) => [id, analysis?.detail]),
      [
        ['CVE-2021-23337', undefined],
        ['CVE-3', 'Lived with until 2027-01-31: not reachable'],
      ],
    );
  });

  it('is valid for any license text and any SPDX id', () => {
    const ids: string[] = createRequire(import.meta.url)('spdx-license-ids');
    const others = [
      hostileText,
      ' ',
      'MIT+',
      'GPL-2.0-only WITH Classpath-exception-2.0',
      'LicenseRef-x',
      'Apache 2',
      '((((',
    ];
    const report = depending(
      [...ids, ...others].map((licence, n) => ({ licence, purl: `pkg:npm/p@${n}`, name: `p${n}` })),
    );
    const { components } = sbomOf(report);
    assert.equal(components.length, ids.length + others.length);
    assert.deepEqual(components.at(-2)?.licenses, [{ license: { id: 'Apache-2.0' } }]);
  });

  it('is valid for a repository without dependencies and with a hostile name, and reproducible', () => {
    const report = sampleReport({ repository: { name: hostileText, commit: null, base: null } });
    report.facts.dependencies = [];
    assert.deepEqual(sbomOf(report), sbomOf(report));
    assert.match(
      toSbom(report).serialNumber,
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
