/**
 * Thrown when the queue has no room for a task, because more tasks wait under its key (such as the sender's address) than under the
 * others.
 */
export class QueueFullError extends Error {
  constructor() {
    super('the queue is full');
    this.name = 'QueueFullError';
  }
}

export interface FairQueueLimits {
  tasks: number;
  /** Most bytes of memory that the waiting tasks may hold together. */
  bytes: number;
}

interface WaitingTask {
  bytes: number;
  start(): void;
  reject(error: QueueFullError): void;
}

/**
 * Runs one task at a time. The keys of the tasks, such as the senders' addresses, take turns, and a full queue refuses the newest task of
 * the key that has most tasks waiting.
 */
export class FairQueue {
  readonly #limits: FairQueueLimits;
  /** Waiting tasks by their key (such as the sender's address), in the order in which the keys take turns. */
  readonly #waiting = new Map<string, WaitingTask[]>();
  #tasks = 0;
  #bytes = 0;
  #isRunning = false;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
  }

  /** Runs the task when its turn comes and returns its result. Rejects with QueueFullError if the queue refuses the task. */
  async run<Result>(key: string, bytes: number, task: () => Promise<Result>): Promise<Result> {
    const { promise: turn, resolve: start, reject } = Promise.withResolvers<void>();
    this.#add(key, { bytes, start, reject });
    this.#startNext();
    await turn;
    try {
      return await task();
    } finally {
      this.#isRunning = false;
      this.#startNext();
    }
  }

  #add(key: string, task: WaitingTask): void {
    const own = this.#waiting.get(key);
    if (own === undefined) this.#waiting.set(key, [task]);
    else own.push(task);
    this.#tasks += 1;
    this.#bytes += task.bytes;
    while (this.#tasks > this.#limits.tasks || this.#bytes > this.#limits.bytes) {
      const longest = [...this.#waiting].reduce((left, right) => (right[1].length > left[1].length ? right : left));
      this.#take(longest[0], longest[1], longest[1].length - 1)?.reject(new QueueFullError());
    }
  }

  #startNext(): void {
    const [next] = this.#waiting;
    if (this.#isRunning || next === undefined) return;
    const [key, tasks] = next;
    this.#isRunning = true;
    const task = this.#take(key, tasks, 0);
    // Move the key of the started task behind all other keys, so that its next task has to wait for their turns.
    if (this.#waiting.delete(key)) this.#waiting.set(key, tasks);
    task?.start();
  }

  #take(key: string, tasks: WaitingTask[], place: number): WaitingTask | undefined {
    const [task] = tasks.splice(place, 1);
    if (tasks.length === 0) this.#waiting.delete(key);
    this.#tasks -= 1;
    this.#bytes -= task?.bytes ?? 0;
    return task;
  }
}
