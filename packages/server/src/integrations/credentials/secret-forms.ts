/** One line of a private key is enough to recognize it by, and too much to show. */
const SHORTEST_LINE = 16;

/**
 * Texts by which a repeated secret is recognized, in lower case, the longest first: the secret as it is, as in a URL, a form and JSON, and
 * as part of a text in base64, such as the user and password of Basic authentication. Of secrets with several lines also each line.
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
  // Keys are also given with "\n" written out.
  /\n|\\n/.test(value)
    ? value.split(/\r?\n|\\n/).filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'))
    : [];

/**
 * The characters of base64 that the value alone decides, for each of the three places where it can begin in a longer text: three bytes are
 * four characters.
 */
function insideBase64(value: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor((bytes.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((alphabet) => bytes.toString(alphabet).slice(first, end));
  });
}
