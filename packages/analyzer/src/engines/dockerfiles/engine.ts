import type { Coverage, Engine } from '../../engine.ts';
import { secretsInspector } from '../secrets/inspector.ts';
import { dockerfilesInspector, type FileDockerfile } from './inspector.ts';

/** Checks Dockerfiles and Compose files: secrets in images, downloads without a checksum, and unnecessary rights. */
export const dockerfilesEngine: Engine = {
  name: dockerfilesInspector.name,
  version: dockerfilesInspector.version,
  depth: dockerfilesInspector.depth,
  after: [secretsInspector.name],
  async run(_tree, context) {
    const { results, coverage } = context.inspected<FileDockerfile>(dockerfilesInspector.name);
    const secretFindings = context.outcomeOf(secretsInspector.name)?.findings ?? [];
    const knownSecrets = new Set(secretFindings.map(({ path, start_line }) => `${path}:${start_line}`));
    const findings = [...results]
      .flatMap(([path, { findings }]) => findings.map((finding) => ({ ...finding, path })))
      // Drop secrets that the secrets engine already reports at the same line.
      .filter(
        ({ rule, path, start_line }) =>
          rule !== 'dockerfiles/secret-in-image' || !knownSecrets.has(`${path}:${start_line}`),
      );
    const problems = [...results].flatMap(([path, { truncated, unreadable }]) => {
      if (unreadable !== undefined) return [`${path} is not YAML: ${unreadable}`];
      return truncated ? [`${path} has more findings than are listed`] : [];
    });
    const [first] = problems;
    if (first === undefined) return { findings, coverage };
    const all: Coverage = {
      ...coverage,
      complete: false,
      notes: [...(coverage.notes ?? []), ...problems.slice(0, 20)],
    };
    all.reason = coverage.reason ?? `${first}.`;
    return { findings, coverage: all };
  },
};
