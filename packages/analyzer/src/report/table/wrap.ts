/** Wraps a text into lines of at most `columns` characters, each with the indent; longer words are broken. */
export function wrap(text: string, columns: number, indent: string): string[] {
  const room = Math.max(10, columns - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = [...word];
    const length = [...line].length;
    if (line !== '' && length + 1 + rest.length > room) {
      lines.push(line);
      line = '';
    }
    while (rest.length > room) {
      lines.push(rest.slice(0, room).join(''));
      rest = rest.slice(room);
    }
    line = line === '' ? rest.join('') : `${line} ${rest.join('')}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((one) => indent + one);
}
