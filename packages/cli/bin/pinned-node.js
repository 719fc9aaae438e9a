/* This file is plain JavaScript because an old Node may run it. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Major version of the oldest Node that runs the TypeScript of this repository. */
export const OLDEST_NODE = 24;

/** Returns the path of the Node that npm installed for this platform; undefined if there is none, as on macOS. */
export function pinnedNode() {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin/node');
  } catch {
    return undefined;
  }
}
