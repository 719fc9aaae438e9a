import type { Scope } from '../package-graph.ts';

export interface GradleDependency {
  name: string;
  /** Required version of the dependency. Variables in it are expanded if the file or gradle.properties defines them. */
  requirement: string | null;
  scope: Scope;
  line: number;
}

export interface GradleBuild {
  dependencies: GradleDependency[];
  /** Aliases of the version catalog that are used, such as `spring.core` of `libs.spring.core`, with their scopes. */
  aliases: Map<string, Scope>;
}

const configuration =
  /^\s*(?:["'])?((?:\w*(?:[iI]mplementation|[aA]pi|[cC]ompile|[cC]ompileOnly|[rR]untime|[rR]untimeOnly|[aA]nnotationProcessor|[kK]apt|[kK]sp|[cC]lasspath)|developmentOnly|detektPlugins|errorprone))(?:["'])?\b\s*\(?\s*(.*)$/;
const maxLineLength = 2000;

/**
 * Finds literal coordinates in a build.gradle or build.gradle.kts:
 * https://docs.gradle.org/current/userguide/declaring_dependencies.html
 * The file is a program that is not executed. Projects, files and platforms (`platform("…")`, a set of versions) are
 * not included.
 */
export const readGradleBuild = (source: string, properties: ReadonlyMap<string, string>): GradleBuild => {
  const build: GradleBuild = { dependencies: [], aliases: new Map() };
  const variables = new Map(properties);
  for (const [index, whole] of source.split('\n').entries()) {
    if (whole.length > maxLineLength) continue;
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

/** Returns `development` for configurations of tests and code quality tools. */
export const gradleScope = (name: string): Scope =>
  /test|^developmentOnly$|^detektPlugins$|^errorprone$|lint|checkstyle|jacoco|pmd|spotbugs/i.test(name)
    ? 'development'
    : 'runtime';

const readVariable = (line: string, variables: Map<string, string>): void => {
  const found =
    /(?:^|[\s.])(\w+)\s*=\s*["']([^"'$]{1,100})["']/.exec(line) ?? /\bset\("(\w+)",\s*"([^"$]{1,100})"\)/.exec(line);
  if (found !== null && !variables.has(found[1] ?? '')) variables.set(found[1] ?? '', found[2] ?? '');
};

/** Parses `'group:artifact:version'` or `group: 'group', name: 'artifact', version: 'version'`. */
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
