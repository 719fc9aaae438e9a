import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';

/**
 * A server with the middleware of @octokit/webhooks, with which the benchmarks compare CommandCenter. It verifies and parses webhooks but
 * stores nothing, and reports its port by IPC.
 */
const [secret = ''] = process.argv.slice(2);
const webhooks = new Webhooks({ secret });
webhooks.on('issues', () => undefined);
const middleware = createNodeMiddleware(webhooks, { path: '/api/github/webhooks' });
const server = createServer((request, response) => void middleware(request, response));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit(0));
