import { basename } from 'node:path';
import { YAMLException } from 'js-yaml';
import type { FileInspector } from '../../engine.ts';
import { composeFaults } from './compose-rules.ts';
import { dockerfileFaults } from './dockerfile-rules.ts';
import type { Fault } from './fault.ts';

export interface FileDockerfile {
  faults: Fault[];
  /** True if there are more findings than are listed. */
  truncated: boolean;
  /** The parser's error message, if it could not be parsed. */
  unreadable?: string;
}

const MOST_FAULTS = 200;
const DOCKERFILE = /^(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$|\.(?:dockerfile|containerfile)$/i;
/** Excludes files whose names only mention a Dockerfile, such as notes and scripts. */
const OTHER = /\.(?:md|mdx|txt|rst|ya?ml|json|[cm]?[jt]sx?|py|go|rb|java|html|dockerignore|swp|vim)$/i;
const COMPOSE = /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/i;

const isDockerfile = (name: string): boolean => DOCKERFILE.test(name) && !OTHER.test(name);

export const dockerfilesInspector: FileInspector<FileDockerfile> = {
  name: 'dockerfiles',
  version: '1',
  depth: 'quick',
  // The parser's time grows with the square of the file's length.
  sizeLimit: 64 * 1024,
  wants: ({ path }) => isDockerfile(basename(path)) || COMPOSE.test(basename(path)),
  inspect({ path, text }) {
    try {
      const faults = isDockerfile(basename(path)) ? dockerfileFaults(text()) : composeFaults(text());
      if (faults.length === 0) return undefined;
      return { faults: faults.slice(0, MOST_FAULTS), truncated: faults.length > MOST_FAULTS };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      return { faults: [], truncated: false, unreadable: error.reason.slice(0, 200) };
    }
  },
};
