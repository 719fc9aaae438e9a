#!/usr/bin/env node
/* This file is plain JavaScript because an old Node may run it. It then starts itself again with the Node that npm installed. */
import { spawn } from 'node:child_process';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OLDEST_NODE, pinnedNode } from './pinned-node.js';

if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) await run();
else startAgain();

async function run() {
  // Keep the compile cache next to the dependencies, because others could put files into the shared temporary folder first.
  const here = dirname(fileURLToPath(import.meta.url));
  nodeModule.enableCompileCache(join(here, '../../../node_modules/.cache/commandcenter'));
  if (process.channel) {
    // A parent process started this one again (see below): stop when the parent is gone, even if it was killed.
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.channel.unref();
  }
  const { runCommandLine } = await import('../src/command-line.ts');
  process.exitCode = await runCommandLine(process.argv);
}

function startAgain() {
  const node = pinnedNode();
  if (node === undefined) {
    process.stderr.write(`CommandCenter needs Node ${OLDEST_NODE} or newer, this is ${process.versions.node}.\n`);
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`${node} cannot be started: ${error.message}\n`);
    process.exit(3);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
