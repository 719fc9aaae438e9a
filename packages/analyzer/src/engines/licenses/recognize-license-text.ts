/** Number of characters of a license text to look at; the beginning suffices to recognize a license. */
const looked = 20_000;

type Test = readonly [licence: string, ...phrases: (string | RegExp)[]];

/**
 * Tests for license texts. The first license whose phrases all occur is used; specific licenses precede those whose phrases they contain.
 */
const tests: readonly Test[] = [
  ['Apache-2.0', /^.{0,200}apache license version 2\.0, january 2004/],
  ['AGPL-3.0', /^.{0,200}gnu affero general public license version 3/],
  ['LGPL-3.0', /^.{0,200}gnu lesser general public license version 3/],
  ['LGPL-2.1', /^.{0,200}gnu lesser general public license version 2\.1/],
  ['GPL-3.0', /^.{0,200}gnu general public license version 3/],
  ['GPL-2.0', /^.{0,200}gnu general public license version 2/],
  ['MPL-2.0', /^.{0,200}mozilla public license,? version 2\.0/],
  ['EPL-2.0', /^.{0,200}eclipse public license -? ?v(?:ersion)? 2\.0/],
  ['EUPL-1.2', /^.{0,400}european union public licence v\. 1\.2/],
  ['BSL-1.0', /^.{0,200}boost software license - version 1\.0/],
  ['CC0-1.0', /^.{0,400}cc0 1\.0 universal/],
  ['Unlicense', 'this is free and unencumbered software released into the public domain'],
  [
    'Zlib',
    'altered source versions must be plainly marked',
    'may not be removed or altered from any source distribution',
  ],
  [
    'MIT',
    'permission is hereby granted, free of charge, to any person obtaining a copy',
    /permission notice (?:\(including the next paragraph\) )?shall be included/,
  ],
  ['MIT-0', 'permission is hereby granted, free of charge, to any person obtaining a copy'],
  [
    'ISC',
    /permission to use, copy, modify, and(?:\/or)? distribute this software for any purpose with or without fee/,
    'provided that the above copyright notice',
  ],
  [
    '0BSD',
    /permission to use, copy, modify, and(?:\/or)? distribute this software for any purpose with or without fee/,
  ],
  [
    'BSD-4-Clause',
    'redistribution and use in source and binary forms',
    'all advertising materials mentioning features',
  ],
  [
    'BSD-3-Clause',
    'redistribution and use in source and binary forms',
    /(?:neither the names? of|names? of .{1,200} may not be used) /,
  ],
  ['BSD-2-Clause', 'redistribution and use in source and binary forms', 'reproduce the above copyright notice'],
  ['Apache-2.0', 'licensed under the apache license, version 2.0'],
];

/**
 * Returns the SPDX id of a common license text, or null. For the GPL it returns the version only, because the text does
 * not say whether later versions apply.
 */
export function recognizeLicenseText(text: string): string | null {
  const words = text
    .slice(0, looked)
    .toLowerCase()
    .replace(/[\s#*>=_]+/g, ' ')
    .trim();
  const found = tests.find(([, ...phrases]) =>
    phrases.every((phrase) => (typeof phrase === 'string' ? words.includes(phrase) : phrase.test(words))),
  );
  return found?.[0] ?? null;
}
