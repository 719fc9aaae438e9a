import { ADMIN_TOKEN } from '../http/test-application.ts';
import type { Random } from '../soak/random.ts';

const HEAD = `Host: localhost\r\nConnection: close\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n`;
const JSON_HEAD = `${HEAD}Content-Type: application/json\r\n`;
const CREATE = `POST /api/v1/projects HTTP/1.1\r\n${JSON_HEAD}`;
const LIST = `GET /api/v1/tasks HTTP/1.1\r\n${HEAD}`;

/** Malformed requests that no HTTP library sends. Each is complete, so that the server need not wait for more. */
const broken: readonly string[] = [
  'NONSENSE\r\n\r\n',
  '\r\n\r\n\r\nNONSENSE\r\n\r\n',
  '\u0000\u0001\u0002\u0003\r\n\r\n',
  '\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0003',
  'GET\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'GET / HTTP/0.9\r\n\r\n',
  'get /api/v1/tasks HTTP/1.1\r\nHost: x\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  `GET /api/v1/tasks HTTP/1.1\r\nConnection: close\r\n\r\n`,
  `GET /api/v1/tasks?q=a b HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /api/v1/tasks\u0000 HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /api/v1/tasks?q=\u00ff\u00fe HTTP/1.1\r\n${HEAD}\r\n`,
  `GET http://elsewhere.test/api/v1/tasks HTTP/1.1\r\n${HEAD}\r\n`,
  `GET //api/v1/tasks HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /api/v1/tasks?q=${'a'.repeat(20_000)} HTTP/1.1\r\n${HEAD}\r\n`,
  `${LIST}X-Long: ${'a'.repeat(20_000)}\r\n\r\n`,
  `${LIST}${'X-Many: a\r\n'.repeat(2500)}\r\n`,
  `${LIST}: no name\r\n\r\n`,
  `${LIST}no colon\r\n\r\n`,
  `${LIST}X-Bad: a\u0000b\r\n\r\n`,
  `${LIST}X-Folded: a\r\n b\r\n\r\n`,
  `${LIST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde`,
  `${CREATE}Content-Length: -1\r\n\r\n`,
  `${CREATE}Content-Length: 1e3\r\n\r\n{}`,
  `${CREATE}Content-Length: 0x2\r\n\r\n{}`,
  `${CREATE}Content-Length: 99999999999999999999\r\n\r\n{}`,
  `${CREATE}Content-Length: 1048577\r\n\r\n{}`,
  `${CREATE}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
  `${CREATE}Transfer-Encoding: gzip\r\n\r\n{}`,
  `${CREATE}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  `${CREATE}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
  `${CREATE}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
  `${CREATE}Expect: nonsense\r\nContent-Length: 2\r\n\r\n{}`,
  `${CREATE}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`,
  `${CREATE}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}`,
  `QUERY /api/v1/tasks HTTP/1.1\r\n${HEAD}\r\n`,
  `TRACE /api/v1/tasks HTTP/1.1\r\n${HEAD}\r\n`,
  `OPTIONS * HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /api/v1/tasks HTTP/1.0\r\n${HEAD}\r\n`,
  `GET /api/v1/tasks HTTP/1.1\r\n${HEAD}Upgrade: websocket\r\n\r\n`,
  `GET /api/v1/tasks HTTP/1.1\r\n${HEAD}Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n`,
];

export const brokenRequest = (random: Random): Buffer => Buffer.from(random.pick(broken), 'latin1');
