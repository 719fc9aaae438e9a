/* This file is plain JavaScript because an old Node may run it. */
import { OLDEST_NODE, pinnedNode } from '../packages/cli/bin/pinned-node.js';

/*
 * Prints the path of a Node that is new enough, for the scripts of package.json. They cannot rely on `node_modules/.bin/node`: npm 10 removes
 * that link when it skips the package with the Node of another processor.
 */
const isNewEnough = Number.parseInt(process.versions.node, 10) >= OLDEST_NODE;
const node = isNewEnough ? process.execPath : pinnedNode();
if (node === undefined) {
  process.stderr.write(
    `This needs Node ${OLDEST_NODE} or newer, and this is ${process.versions.node}. Install it, or run npm ci on Linux.\n`,
  );
  process.exit(2);
}
process.stdout.write(node);
