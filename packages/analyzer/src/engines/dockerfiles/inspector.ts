import { basename } from 'node:path';
import { YAMLException } from 'js-yaml';
import type { FileInspector } from '../../engine.ts';
import type { FileFinding } from '../../finding.ts';
import { composeFindings } from './compose-rules.ts';
import { dockerfileFindings } from './dockerfile-rules.ts';

export interface FileDockerfile {
  findings: FileFinding[];
  /** True if the file has more findings than are listed. */
  truncated: boolean;
  /** The parser's error message, if the file could not be parsed. */
  unreadable?: string;
}

const MAX_FINDINGS = 200;
const DOCKERFILE = /^(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$|\.(?:dockerfile|containerfile)$/i;
/** Endings of files whose names only mention a Dockerfile, such as notes and scripts; these files are not inspected. */
const OTHER = /\.(?:md|mdx|txt|rst|ya?ml|json|[cm]?[jt]sx?|py|go|rb|java|html|dockerignore|swp|vim)$/i;
const COMPOSE = /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/i;

const isDockerfile = (name: string): boolean => DOCKERFILE.test(name) && !OTHER.test(name);

export const dockerfilesInspector: FileInspector<FileDockerfile> = {
  name: 'dockerfiles',
  version: '2',
  depth: 'quick',
  // The parser's time grows with the square of the file's length.
  sizeLimit: 64 * 1024,
  wants: ({ path }) => isDockerfile(basename(path)) || COMPOSE.test(basename(path)),
  inspect({ path, text }) {
    try {
      const findings = isDockerfile(basename(path)) ? dockerfileFindings(text()) : composeFindings(text());
      if (findings.length === 0) return undefined;
      return { findings: findings.slice(0, MAX_FINDINGS), truncated: findings.length > MAX_FINDINGS };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      return { findings: [], truncated: false, unreadable: error.reason.slice(0, 200) };
    }
  },
};
