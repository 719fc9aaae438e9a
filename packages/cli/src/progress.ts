import { stripControlCharacters } from './output.ts';

export interface Progress {
  show(percent: number, step: string): void;
  end(): void;
}

const WIDTH = 30;

/** Shows progress as a bar that is redrawn on a terminal, and elsewhere as one line per change. */
export function startProgress(stream: NodeJS.WritableStream & { isTTY?: boolean }): Progress {
  let last = '';
  return {
    show(percent, step) {
      const text = stripControlCharacters(step);
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
