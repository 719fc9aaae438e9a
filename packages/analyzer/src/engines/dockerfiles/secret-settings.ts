import type { FileFinding } from '../../finding.ts';
import { isHarmlessName } from '../secrets/harmless-names.ts';
import { isDefaultPassword, isPlaceholder, isReference } from '../secrets/harmless-values.ts';

const KEYWORD =
  /passw|passphrase|(?:^|_)(?:pass|pwd)(?:_|$)|secret|token|api_?key|access_?key|private_?key|auth_?key|credential/i;

/** Returns whether a variable's name indicates a secret and its value is a literal instead of a reference. */
function isSecretSetting(name: string, value: string): boolean {
  const at = name.search(KEYWORD);
  if (at < 0 || isHarmlessName(name.slice(0, at), name.slice(at).replace(/^_/, ''))) return false;
  if (value.length < 4 || /^(?:true|false|none|null|\d{1,4})$/i.test(value)) return false;
  // Values that look like paths, variables, placeholders or addresses refer to a secret instead of containing it.
  return !isReference(value) && !/\$|^\/|^<|^\w+:\/\//.test(value);
}

/** Recognizes example values and well-known default passwords: these are no secrets, but should not remain. */
const isWellKnown = (value: string): boolean =>
  isDefaultPassword(value) || isPlaceholder(value) || /change.?me|example|placeholder|dummy/i.test(value);

export function secretFinding(
  keyword: 'ENV' | 'ARG',
  name: string,
  value: string,
  line: number,
): FileFinding | undefined {
  if (!isSecretSetting(name, value)) return undefined;
  const wellKnown = isWellKnown(value);
  return {
    rule: 'dockerfiles/secret-in-image',
    severity: wellKnown ? 'low' : 'high',
    title: `${keyword} ${name} gives a secret a value`.slice(0, 200),
    message: `${wellKnown ? 'A value that everybody can guess' : `A value of ${value.length} characters`} stands in this file and in every image that is built from it: "docker history" shows it to whoever has the image.`,
    start_line: line,
    end_line: line,
    fix: 'Hand it over when the container starts, or with "RUN --mount=type=secret" while it is built. If it was ever real, change it first.',
    url: 'https://docs.docker.com/build/building/secrets/',
    // The identity of the finding must not depend on the secret's value.
    identity: `${keyword} ${name}`,
  };
}
