const NEWLINE = 10;
/**
 * Average length of lines in bytes from which code may be minified; handwritten code has about 35 per line. Data and long strings make
 * single lines long, but not the average.
 */
const AVERAGE_LINE = 250;
const LONG_LINE = 1000;

/** Returns true for minified code, whose lines are long throughout. */
export function isMinified(bytes: Buffer): boolean {
  let lines = 1;
  let longest = 0;
  let begin = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, begin)) {
    longest = Math.max(longest, end - begin);
    lines += 1;
    begin = end + 1;
  }
  longest = Math.max(longest, bytes.length - begin);
  return longest > LONG_LINE && bytes.length / lines > AVERAGE_LINE;
}
