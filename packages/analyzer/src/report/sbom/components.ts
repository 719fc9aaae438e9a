import { readExpression } from '../../engines/licenses/spdx-expression.ts';
import type { Dependency } from '../../facts.ts';
import { oneLine } from '../safe-text.ts';

type SbomLicense = { license: { id: string } | { name: string } } | { expression: string };

export interface SbomComponent {
  type: 'library';
  'bom-ref': string;
  group?: string;
  name: string;
  version?: string;
  scope: 'required' | 'optional';
  licenses?: [SbomLicense];
  purl: string;
  properties: { name: string; value: string }[];
}

const maxManifests = 20;

/** Returns one component per package URL; it is required if any dependency needs it at runtime. */
export function componentsOf(dependencies: readonly Dependency[]): SbomComponent[] {
  const byPurl = new Map<string, SbomComponent>();
  for (const dependency of dependencies) {
    const existing = byPurl.get(dependency.purl);
    const manifest = { name: 'commandcenter:manifest', value: oneLine(dependency.manifest, 500) };
    if (existing === undefined) byPurl.set(dependency.purl, toComponent(dependency, manifest));
    else {
      if (dependency.scope === 'runtime') existing.scope = 'required';
      const isListed = existing.properties.some(({ value }) => value === manifest.value);
      if (!isListed && existing.properties.length <= maxManifests) existing.properties.push(manifest);
    }
  }
  return [...byPurl.values()];
}

function toComponent(dependency: Dependency, manifest: { name: string; value: string }): SbomComponent {
  const { ecosystem, name, version, scope, purl, licence } = dependency;
  const scoped = ecosystem === 'npm' && name.startsWith('@') ? /^(@[^/]+)\/(.+)$/.exec(name) : null;
  const maven = ecosystem === 'Maven' ? /^([^:]+):(.+)$/.exec(name) : null;
  const [, group, bare = name] = scoped ?? maven ?? [];
  return {
    type: 'library',
    'bom-ref': purl,
    ...(group === undefined ? {} : { group }),
    name: bare,
    ...(version === null ? {} : { version }),
    scope: scope === 'runtime' ? 'required' : 'optional',
    ...(licence === undefined ? {} : { licenses: [toLicense(licence)] }),
    purl,
    properties: [{ name: 'commandcenter:ecosystem', value: ecosystem }, manifest],
  };
}

/** Returns an SPDX id, an expression, or for other texts a name. */
function toLicense(text: string): SbomLicense {
  const expression = readExpression(text);
  if (expression === null) return { license: { name: oneLine(text, 500) || 'unknown' } };
  const { tree } = expression;
  const isPlain = 'license' in tree && tree.plus === undefined && tree.exception === undefined;
  // CycloneDX accepts only ids of the SPDX list, not `LicenseRef-…`.
  return isPlain && expression.text === tree.license && !tree.license.includes('Ref-')
    ? { license: { id: tree.license } }
    : { expression: expression.text };
}
