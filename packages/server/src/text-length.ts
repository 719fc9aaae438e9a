/**
 * Returns the number of characters as people and GitHub count them, in Unicode code points. JavaScript's `length` counts an emoji twice.
 */
export const countCharacters = (text: string): number => [...text].length;

/** Returns the error message for a text that is too long. */
export const tooLong = (text: string, most: number): string =>
  `must have at most ${grouped(most)} characters; it has ${grouped(countCharacters(text))}`;

export const grouped = (value: number): string => value.toLocaleString('en-US');
