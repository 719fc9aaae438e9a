import type { Random } from '../soak/random.ts';
import { oddText, oddValue } from './odd-values.ts';

type Container = Record<string, unknown> | unknown[];

/** Changes a JSON value at one place, often so that it no longer matches its schema. */
export function mutateValue(random: Random, value: unknown): unknown {
  const holder = { root: value };
  const places = placesOf(holder);
  const [container, key] = random.pick(places);
  const object = container as Record<string, unknown>;
  const kind = random.below(10);
  if (kind === 0 && container !== holder) delete object[key];
  else if (kind === 1) object[key] = [object[key]];
  else if (kind === 2) object[key] = { [key]: object[key] };
  else if (kind === 3 && container !== holder && !Array.isArray(container))
    object[random.chance(0.5) ? `${key}x` : oddText(random)] = object[key];
  else if (kind === 4) object[key] = String(object[key]);
  else object[key] = oddValue(random);
  return holder.root;
}

/** Returns every member of a value, each as the object or list that contains it and its key. */
function placesOf(container: Container): [Container, string][] {
  return Object.entries(container).flatMap(([key, member]): [Container, string][] => [
    [container, key],
    ...(typeof member === 'object' && member !== null ? placesOf(member as Container) : []),
  ]);
}

const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe])]),
  (text) => Buffer.from(text.replace('"', '"\u00ff'), 'latin1'),
  (text) => Buffer.from(text.slice(0, -1)),
  (text) => Buffer.from(`${text}${text}`),
  (text) => Buffer.from(text.replace(/\}$/, ',}')),
  (text) => Buffer.from(text.replaceAll('"', "'")),
  (text) => Buffer.from(text.replace(/^\{/, '{"__proto__":{},')),
  (text) => Buffer.from(text.replace(/^\{("[^"]+":)/, '{$1"twice",$1')),
  (text) => Buffer.from(`/* a comment */${text}`),
  (text) => Buffer.from(text.padEnd(1_048_577)),
  () => Buffer.from(''),
  () => Buffer.from('  \n'),
  () => Buffer.from('null'),
  () => Buffer.from('1e999'),
  () => Buffer.from('"text"'),
  () => Buffer.from('['.repeat(100_000)),
  () => Buffer.from([0x1f, 0x8b, 0x08, 0x00]),
];

/** Encodes JSON text in a way in which no JSON writer encodes it. */
export const encodedOddly = (random: Random, text: string): Buffer => random.pick(encodings)(text);
