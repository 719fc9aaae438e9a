import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../harness/server-process.ts';
import { freePort } from '../harness/tcp-forwarder.ts';
import { waitFor } from '../harness/wait-for.ts';

/** Milliseconds that a supervisor waits before it starts a process again; this is systemd's default. */
const RESTART_PAUSE_MS = 100;
const LONGEST_START_MS = 120_000;

/** A server process that is started again whenever it ends, always on the same port. */
export class SupervisedServer {
  readonly url: string;
  /** Seconds of each start, from the start of the process to the first 200 of `/readyz`. */
  readonly startSeconds: number[] = [];
  readonly #environment: Record<string, string> & { DATA_DIR: string };
  #process: ServerProcess;
  #hasEnded = false;
  #supervised = true;
  #starting: Promise<void>;

  private constructor(port: number, environment: Record<string, string> & { DATA_DIR: string }) {
    this.url = `http://127.0.0.1:${port}`;
    this.#environment = { ...environment, PORT: String(port) };
    this.#process = this.#spawn();
    this.#starting = this.#untilReady();
  }

  static async start(environment: Record<string, string> & { DATA_DIR: string }): Promise<SupervisedServer> {
    const server = new SupervisedServer(await freePort(), environment);
    await server.ready();
    return server;
  }

  get process(): ServerProcess {
    return this.#process;
  }

  /** Waits until the current start has ended, if there is one. */
  async ready(): Promise<void> {
    for (let waited: Promise<void> | undefined; waited !== this.#starting; ) {
      waited = this.#starting;
      await waited;
    }
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.#process.pid, signal);
  }

  /** Ends the process with the signal, and resolves when the next process is ready. */
  async restart(signal: NodeJS.Signals): Promise<void> {
    const starts = this.startSeconds.length;
    await this.#process.stop(signal);
    await waitFor('the server to be ready again', () => this.startSeconds.length > starts, LONGEST_START_MS);
  }

  /** Resolves when a process has been started; it need not be ready. */
  async spawned(): Promise<void> {
    await waitFor('the supervisor to start the server', () => !this.#hasEnded);
  }

  /** Kills the process and resolves when it has ended. The supervisor then starts another one. */
  async kill(): Promise<void> {
    await this.#process.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#supervised = false;
    this.signal('SIGCONT');
    await this.#process.stop('SIGTERM');
  }

  #spawn(): ServerProcess {
    const server = startServerProcess(this.#environment);
    this.#hasEnded = false;
    void server.exited.then(() => {
      this.#hasEnded = true;
      return this.#startAgain();
    });
    return server;
  }

  async #startAgain(): Promise<void> {
    await sleep(RESTART_PAUSE_MS);
    if (!this.#supervised) return;
    this.#process = this.#spawn();
    this.#starting = this.#untilReady();
  }

  async #untilReady(): Promise<void> {
    const started = performance.now();
    const own = this.#process;
    let ended = false;
    void own.exited.then(() => {
      ended = true;
    });
    await waitFor(
      'the server to be ready',
      async () => ended || (await statusOf(`${this.url}/readyz`)) === 200,
      LONGEST_START_MS,
    );
    if (!ended) this.startSeconds.push((performance.now() - started) / 1000);
  }
}

/** Returns the status of a GET request, or undefined if there was no response. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = get(url, { agent: false, signal: AbortSignal.timeout(5000) }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', () => resolve(undefined));
  });
}
