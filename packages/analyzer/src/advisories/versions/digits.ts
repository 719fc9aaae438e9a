/** Compares two non-negative integers of any length, written in ASCII digits; leading zeros are ignored. */
export function compareDigits(a: string, b: string): number {
  const [left, right] = [withoutZeros(a), withoutZeros(b)];
  return left.length - right.length || compareText(left, right);
}

const withoutZeros = (digits: string): string => (digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits);

export const isDigits = (text: string): boolean => /^\d+$/.test(text);

/** Compares two texts by UTF-16 code units, which for ASCII is the order of `strcmp`. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Compares lists of integers; missing trailing numbers count as zeros. */
export function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = compareDigits(a[index] ?? '0', b[index] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}
