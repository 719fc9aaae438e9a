import type { FileInspector } from '../../engine.ts';

/** Behaves as the file's text says, for tests of threads that hang or crash. */
const misbehaving: FileInspector<string> = {
  name: 'difficult',
  version: '1',
  depth: 'quick',
  sizeLimit: 1000,
  wants: ({ path }) => !path.endsWith('.unwanted'),
  inspect(file) {
    const text = file.text();
    if (text === 'hang') for (;;);
    if (text === 'exit') process.exit(3);
    if (text === 'throw') throw new Error('it was told to');
    if (text === 'exhaust') {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(1e5).fill({}));
    }
    return text === 'nothing' ? undefined : `${file.language}: ${text}`;
  },
};

export const inspectors: readonly FileInspector[] = [misbehaving];
