import { ManifestError } from '../manifest-error.ts';
import type { Scope } from '../package-graph.ts';
import { parseXml, type XmlElement } from '../parse-xml.ts';

/** A dependency of a POM; properties are not yet expanded. */
export interface PomDependency {
  group: string;
  artifact: string;
  version: string | null;
  scope: string | null;
  type: string | null;
  line: number | null;
}

export interface Pom {
  group: string | null;
  artifact: string | null;
  version: string | null;
  parent: { group: string; artifact: string; version: string; path: string } | null;
  properties: Map<string, string>;
  dependencies: PomDependency[];
  managed: PomDependency[];
}

/** Parses pom.xml: https://maven.apache.org/pom.html. It includes the dependencies of profiles, but not plugins. */
export const parsePom = (source: string): Pom => {
  const project = parseXml(source).first('project');
  if (project === undefined) throw new ManifestError('not a POM: it has no project element', null);
  const holders = [project, ...(project.first('profiles')?.all('profile') ?? [])];
  const read = (lists: readonly (XmlElement | undefined)[]): PomDependency[] =>
    lists.flatMap((list) => list?.all('dependency') ?? []).map(toDependency);
  const parent = project.first('parent');
  const properties = new Map<string, string>();
  for (const holder of holders) {
    const element = holder.first('properties');
    for (const name of element?.names() ?? []) {
      const value = element?.value(name) ?? null;
      if (value !== null && !properties.has(name)) properties.set(name, value);
    }
  }
  return {
    group: project.value('groupId'),
    artifact: project.value('artifactId'),
    version: project.value('version'),
    parent:
      parent === undefined
        ? null
        : {
            group: parent.value('groupId') ?? '',
            artifact: parent.value('artifactId') ?? '',
            version: parent.value('version') ?? '',
            path: parent.value('relativePath') ?? '../pom.xml',
          },
    properties,
    dependencies: read(holders.map((holder) => holder.first('dependencies'))),
    managed: read(holders.map((holder) => holder.first('dependencyManagement')?.first('dependencies'))),
  };
};

const toDependency = (dependency: XmlElement): PomDependency => ({
  group: dependency.value('groupId') ?? '',
  artifact: dependency.value('artifactId') ?? '',
  version: dependency.value('version'),
  scope: dependency.value('scope'),
  type: dependency.value('type'),
  line: dependency.line(),
});

/** Dependencies that a container provides are used at runtime. */
export const pomScope = (scope: string | null): Scope => (scope === 'test' ? 'development' : 'runtime');
