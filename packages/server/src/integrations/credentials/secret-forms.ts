/**
 * Fewest characters of a line of a private key that is treated as a secret. Such a line is enough to recognize the key, and too much to
 * show.
 */
const SHORTEST_LINE = 16;

/**
 * Returns the texts by which repeated secrets are recognized, in lower case, the longest first: each secret as it is, as in a URL, a form
 * and JSON, and as part of a text in base64, such as the user and password of Basic authentication. A secret with several lines also
 * gives each line.
 */
export function secretForms(values: readonly string[]): string[] {
  const forms = values.flatMap((value) => [...formsOf(value), ...linesOf(value)]);
  const distinct = new Set(forms.map((form) => form.toLowerCase()));
  return [...distinct].sort((left, right) => right.length - left.length);
}

/** Characters that URL parsers encode in a query and in a path. https://url.spec.whatwg.org/#percent-encoded-bytes */
const partlyEncoded = [/[ "#<>']/g, /[ "#<>?`{}^]/g];

function formsOf(value: string): string[] {
  return [
    value,
    encodeURIComponent(value.toWellFormed()),
    encodeURI(value.toWellFormed()),
    ...partlyEncoded.map((set) => value.replaceAll(set, (character) => encodeURIComponent(character))),
    new URLSearchParams([['', value]]).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
    ...insideBase64(value),
  ];
}

const linesOf = (value: string): string[] =>
  // Private keys are also given with each line end written as a backslash and the letter n.
  /\n|\\n/.test(value)
    ? value.split(/\r?\n|\\n/).filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'))
    : [];

/**
 * Returns the base64 characters that depend on the value alone, for each of the three offsets at which the value can begin in a longer
 * text. There are three because base64 encodes three bytes as four characters.
 */
function insideBase64(value: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor((bytes.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((alphabet) => bytes.toString(alphabet).slice(first, end));
  });
}
