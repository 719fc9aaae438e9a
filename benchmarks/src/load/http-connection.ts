import { connect, type Socket } from 'node:net';

export interface Reply {
  status: number;
  milliseconds: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** A keep-alive connection with one request at a time. It uses little processor time, because it shares the machine with the server. */
export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { sentAt: number; resolve(reply: Reply): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static open(port: number): Promise<HttpConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpConnection>();
    const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => resolve(new HttpConnection(socket)));
    socket.once('error', reject);
    return promise;
  }

  send(head: string, body: Buffer): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting = { sentAt: performance.now(), resolve, reject };
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    this.#socket.write(body);
    this.#socket.uncork();
    return promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const chunked = length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head);
    const complete = chunked
      ? this.#received.subarray(-5).toString('latin1') === '0\r\n\r\n'
      : this.#received.length >= headEnd + 4 + Number(length ?? 0);
    if (!complete) return;
    this.#received = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), milliseconds: performance.now() - waiting.sentAt });
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
