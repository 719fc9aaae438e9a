import type { Random } from '../soak/random.ts';

/** Prefix of strings that stand for JSON text which `JSON.stringify` never writes, such as the number 1e999. */
const RAW = '@raw:';
const raw = (text: string): string => RAW + encodeURIComponent(text);

/** Returns the JSON text of a value. Strings with the prefix `@raw:` are replaced by the text that they stand for. */
export const toJsonText = (value: unknown): string =>
  (JSON.stringify(value) ?? '').replace(/"@raw:([^"]*)"/g, (_, text: string) => decodeURIComponent(text));

/** Splits a text of several lines into its words. */
const words = (text: string): string[] => text.trim().split(/[ \n]+/);

const numbers = words(`
  1e999 -1e999 1e30 -1e30 1e400 1e-400 1e0 1E5 0 -0 -1 0.5 1.0 2147483647 2147483648 -2147483649
  9007199254740991 9007199254740992 9223372036854775807 9223372036854775808 123456789012345678901234567890`);

/** Texts that are sent in place of an id, a number, a date, a name or a boolean. */
export const oddTexts: readonly string[] = [
  ...numbers,
  ...words(`
    +1 01 0x1 0b1 1_000 - NaN Infinity \u0661 \uff11 null undefined true TRUE
    \ufeff \u202e é e\u0301 🌈 " % %_ {} [] * "3" W/"3" #12 #999999999 $1 <script> __proto__ constructor toString ../../etc/passwd
    2026-02-30 0000-01-01 0001-01-01 9999-12-31 10000-01-01 infinity -infinity
    2026-01-31T24:00:00Z 2026-12-31T23:59:60Z 2026-01-01t00:00:00z 2026-01-01T00:00:00+99:99
    0001-01-01T00:00:00+23:59 9999-12-31T23:59:59.999999999-23:59
    my-org my-repo main https://[::1 http://localhost/x git@h:x`),
  ...['', ' ', ' 1', '1 ', '\r\n', '\t', '\\', "' or 1=1 --", 'a\u0000b', '\u0000', '\ud800', 'half \udfff'],
  ...['f'.repeat(40), 'a'.repeat(101), 'a'.repeat(201), 'a'.repeat(5000)],
  ...['🌈'.repeat(257), ' '.repeat(300), '\n'.repeat(300)],
];

const manyOf = (make: (index: number) => unknown, count = 10_000): unknown[] =>
  Array.from({ length: count }, (_, index) => make(index));

const structures: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => ({ '': 1 }),
  () => ({ 'a/b~c': '\u0000' }),
  () => ({ '\u0000': 1 }),
  () => ({ '\ud800': 1 }),
  () => ({ constructor: { prototype: {} } }),
  () => ({ deep: { number: raw('1e999') } }),
  () => raw('{"__proto__":{"id":1}}'),
  () => raw('['.repeat(33) + ']'.repeat(33)),
  () => raw('['.repeat(5000) + ']'.repeat(5000)),
  () => manyOf((index) => index),
  () => manyOf(() => 'a'),
  () => manyOf((index) => `name ${index}`),
  () => manyOf((index) => (index % 2 === 0 ? null : { index })),
  () => Object.fromEntries(manyOf((index) => [`key ${index}`, index], 1000) as [string, number][]),
  () => 'a'.repeat(70_000),
  () => '🌈'.repeat(65_537),
  () => '\u0001'.repeat(2000),
];

export const oddText = (random: Random): string => random.pick(oddTexts);

/** Returns any JSON value, usually of a type that the server does not expect there. */
export function oddValue(random: Random): unknown {
  const kind = random.below(3);
  if (kind === 0) return raw(random.pick(numbers));
  return kind === 1 ? oddText(random) : random.pick(structures)();
}

/** Encoded parts of a path, as sent. Their encoding is invalid, or they decode to characters that separate parts. */
export const oddPathParts: readonly string[] = [
  ...words(`
    % %zz %2 %00 %FF %C0%80 %ED%A0%80 %2F %2e%2e .. . 1%0a 1;a=b 1,2 %E2%80%AE ~ ! ' ( * + @ : & = 1+1`),
  ...['', 'a'.repeat(199), 'a'.repeat(201), '9'.repeat(400), '%61'.repeat(100)],
];

/** Encoded queries, as sent after the `?`. */
export const oddQueries: readonly string[] = [
  ...words(`
    = & &&& ? % %zz=1 limit limit= limit=% limit=1&limit=2 limit[]=1 limit[a]=1 limit=1;cursor=2 limit=\uff11 a.b=1 +=+
    __proto__=1 __proto__[a]=1 constructor=1 toString=1 cursor= cursor=AAAA cursor=%00 q=%FF q=%ED%A0%80 q=# q=a%26limit=1`),
  ...['', `cursor=${'A'.repeat(1001)}`, `q=${'a'.repeat(7000)}`, 'a&'.repeat(2000)],
];

export const oddContentTypes: readonly string[] = [
  ...words(`
    application/json; APPLICATION/JSON application/vnd.api+json application/gzip application/x-www-form-urlencoded
    text/plain text/xml */* / ; application application/ é/è`),
  ...['application/json; charset=utf-16', 'application/json; charset="', 'application/json, text/plain'],
  ...['', 'multipart/form-data; boundary=x', `application/${'x'.repeat(300)}`],
];
