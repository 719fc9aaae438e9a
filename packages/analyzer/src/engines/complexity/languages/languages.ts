import { bash } from './bash.ts';
import { cSharp } from './c-sharp.ts';
import { cpp } from './cpp.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { javascript, tsx, typescript } from './javascript.ts';
import type { ComplexityLanguage } from './language.ts';
import { php } from './php.ts';
import { powershell } from './powershell.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';

/** By linguist's name. */
export const complexityLanguages: ReadonlyMap<string, ComplexityLanguage> = new Map([
  ['C', cpp],
  ['C#', cSharp],
  ['C++', cpp],
  ['Go', go],
  ['Java', java],
  ['JavaScript', javascript],
  ['PHP', php],
  ['PowerShell', powershell],
  ['Python', python],
  ['Ruby', ruby],
  ['Rust', rust],
  ['Shell', bash],
  ['TSX', tsx],
  ['TypeScript', typescript],
]);
