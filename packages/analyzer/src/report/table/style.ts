import type { Severity } from '../../severity.ts';

type Meaning = Severity | 'passed' | 'failed' | 'warned' | 'strong' | 'dim';
export type Style = (meaning: Meaning, text: string) => string;

/** Select Graphic Rendition (ECMA-48, 8.3.117): only the 16 basic colors, which follow the terminal's theme. */
const codes: Record<Meaning, string> = {
  critical: '1;97;41',
  high: '1;31',
  medium: '33',
  low: '36',
  passed: '32',
  failed: '1;31',
  warned: '33',
  strong: '1',
  dim: '2',
};

export const styles =
  (color: boolean): Style =>
  (meaning, text) =>
    color ? `\u001b[${codes[meaning]}m${text}\u001b[0m` : text;
