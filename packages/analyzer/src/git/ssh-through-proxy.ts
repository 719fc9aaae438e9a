import { request } from 'node:http';
import { argv, env, exit, stderr, stdin, stdout } from 'node:process';

/** Program for ssh's `ProxyCommand`: connects to `<host> <port>` through the HTTP proxy in `COMMANDCENTER_PROXY`. */
const [, , host = '', port = ''] = argv;
const fail = (reason: string): never => {
  stderr.write(`${host}: ${reason}\n`);
  exit(1);
};

const proxy = new URL(env.COMMANDCENTER_PROXY ?? '');
const credential = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
const connection = request({
  host: proxy.hostname,
  port: proxy.port,
  method: 'CONNECT',
  path: `${host.includes(':') ? `[${host}]` : host}:${port}`,
  headers: credential === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(credential).toString('base64')}` },
});
connection.on('error', (error) => fail(error.message));
connection.on('response', ({ statusCode, statusMessage }) => fail(`the proxy answered ${statusCode} ${statusMessage}`));
connection.on('connect', ({ statusCode, statusMessage }, socket, head) => {
  if (statusCode !== 200) fail(`the proxy answered ${statusCode} ${statusMessage}`);
  stdout.write(head);
  socket.pipe(stdout);
  stdin.pipe(socket);
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => exit(0));
});
connection.end();
