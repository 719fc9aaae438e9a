import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Cache compiled code next to the dependencies. In the shared temporary folder others could put code there first.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/commandcenter'));

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `CommandCenter needs Node 24 or newer, this is ${process.versions.node}. Right: npm ci && npm start\n`,
  );
  process.exit(2);
}

const { boundHeapGrowth } = await import('./heap-growth.ts');
const allowGrowth = boundHeapGrowth();
const { runServer } = await import('./run-server.ts');
allowGrowth();
process.exitCode = await runServer();
