import type { Scope } from '../package-graph.ts';

export interface GradleDependency {
  name: string;
  /** Variables are filled in where the file or gradle.properties gives their value. */
  requirement: string | null;
  scope: Scope;
  line: number;
}

export interface GradleBuild {
  dependencies: GradleDependency[];
  /** Of the version catalog, `libs.spring.core`, with the scope it is used in. */
  aliases: Map<string, Scope>;
}

const configuration =
  /^\s*(?:["'])?((?:\w*(?:[iI]mplementation|[aA]pi|[cC]ompile|[cC]ompileOnly|[rR]untime|[rR]untimeOnly|[aA]nnotationProcessor|[kK]apt|[kK]sp|[cC]lasspath)|developmentOnly|detektPlugins|errorprone))(?:["'])?\b\s*\(?\s*(.*)$/;
const longestLine = 2000;

/**
 * The coordinates that are written out in a build.gradle or build.gradle.kts:
 * https://docs.gradle.org/current/userguide/declaring_dependencies.html
 * The file is a program, which is not run. Projects, files and platforms (`platform("…")`, a set of versions) are left out.
 */
export const readGradleBuild = (source: string, properties: ReadonlyMap<string, string>): GradleBuild => {
  const build: GradleBuild = { dependencies: [], aliases: new Map() };
  const variables = new Map(properties);
  for (const [index, whole] of source.split('\n').entries()) {
    if (whole.length > longestLine) continue;
    const line = whole.replace(/(?:^|\s)\/\/.*$/, '');
    readVariable(line, variables);
    const declared = configuration.exec(line);
    if (declared === null) continue;
    const [, name = '', words = ''] = declared;
    if (/^(?:project|files|fileTree|platform|enforcedPlatform|kotlin|gradleApi|localGroovy)\b/.test(words)) continue;
    const scope = gradleScope(name);
    const alias = /^libs\.([\w.]+)/.exec(words)?.[1];
    if (alias !== undefined && !alias.startsWith('bundles.') && !alias.startsWith('plugins.')) {
      const accessor = alias.replace(/\.get$/, '');
      if (build.aliases.get(accessor) !== 'runtime') build.aliases.set(accessor, scope);
    }
    const found = coordinatesOf(words, variables);
    if (found !== null) build.dependencies.push({ ...found, scope, line: index + 1 });
  }
  return build;
};

/** Configurations of tests, and those of tools that look at code. */
export const gradleScope = (name: string): Scope =>
  /test|^developmentOnly$|^detektPlugins$|^errorprone$|lint|checkstyle|jacoco|pmd|spotbugs/i.test(name)
    ? 'development'
    : 'runtime';

const readVariable = (line: string, variables: Map<string, string>): void => {
  const found =
    /(?:^|[\s.])(\w+)\s*=\s*["']([^"'$]{1,100})["']/.exec(line) ?? /\bset\("(\w+)",\s*"([^"$]{1,100})"\)/.exec(line);
  if (found !== null && !variables.has(found[1] ?? '')) variables.set(found[1] ?? '', found[2] ?? '');
};

/** `'group:artifact:version'`, or `group: 'group', name: 'artifact', version: 'version'`. */
const coordinatesOf = (
  words: string,
  variables: ReadonlyMap<string, string>,
): { name: string; requirement: string | null } | null => {
  const fill = (text: string): string =>
    text.replace(/\$\{?([\w.]{1,100})\}?/g, (whole, name: string) => {
      const bare = name.replace(/^(?:rootProject|project)\.|^(?:ext|extra)\./, '');
      return variables.get(bare) ?? whole;
    });
  const short = /^["']([\w.-]+):([\w.-]+)(?::([^"'@:]+))?(?:[:@][^"']*)?["']/.exec(words);
  if (short !== null) {
    return { name: `${short[1]}:${short[2]}`, requirement: short[3] === undefined ? null : fill(short[3]) };
  }
  const named = (key: string): string | undefined =>
    new RegExp(`\\b${key}\\s*[:=]\\s*(?:["']([^"']+)["']|([\\w.]+))`)
      .exec(words)
      ?.slice(1)
      .find((value) => value !== undefined);
  const group = named('group');
  const artifact = named('name');
  if (group === undefined || artifact === undefined) return null;
  const version = named('version');
  return {
    name: `${group}:${artifact}`,
    requirement: version === undefined ? null : (variables.get(version) ?? fill(version)),
  };
};
