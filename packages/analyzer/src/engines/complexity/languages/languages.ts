import { cSharp } from './c-sharp.ts';
import type { ComplexityQuery } from './complexity-query.ts';
import { cpp } from './cpp.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { javascript, tsx, typescript } from './javascript.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';

/**
 * Languages whose complexity is measured, by linguist's name. Bash and PowerShell are missing because V8 needs 600 MB and 2 GB to
 * optimize their lexers, even for one small script.
 */
export const complexityLanguages: ReadonlyMap<string, ComplexityQuery> = new Map([
  ['C', cpp],
  ['C#', cSharp],
  ['C++', cpp],
  ['Go', go],
  ['Java', java],
  ['JavaScript', javascript],
  ['PHP', php],
  ['Python', python],
  ['Ruby', ruby],
  ['Rust', rust],
  ['TSX', tsx],
  ['TypeScript', typescript],
]);
