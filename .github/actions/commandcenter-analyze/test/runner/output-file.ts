/**
 * Parses the file that `GITHUB_OUTPUT` names: `name=value`, or `name<<end`, lines, `end`. Throws if the runner would refuse it:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#multiline-strings
 */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    if (line === '') continue;
    const [, name = '', mark, rest = ''] = /^([^=<]+?)(<<|=)(.*)$/.exec(line) ?? [];
    if (mark === '=') outputs[name] = rest;
    else if (mark === '<<') {
      const end = lines.indexOf(rest);
      if (end < 0) throw new Error(`The output ${name} has no end.`);
      outputs[name] = lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n');
    } else throw new Error(`This is no output: ${line}`);
  }
  return outputs;
}
