import { clean } from './output.ts';

export interface Progress {
  show(percent: number, step: string): void;
  end(): void;
}

const WIDTH = 30;

/** A bar that redraws itself on a terminal; elsewhere a plain line whenever something changed. */
export function startProgress(stream: NodeJS.WritableStream & { isTTY?: boolean }): Progress {
  let last = '';
  return {
    show(percent, step) {
      const text = clean(step);
      const done = Math.round((percent / 100) * WIDTH);
      const line = stream.isTTY
        ? `[${'#'.repeat(done)}${'.'.repeat(WIDTH - done)}] ${String(percent).padStart(3)}% ${text}`
        : `${percent}% ${text}`;
      if (line === last) return;
      last = line;
      stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    end() {
      if (stream.isTTY && last !== '') stream.write('\r\x1b[K');
    },
  };
}
