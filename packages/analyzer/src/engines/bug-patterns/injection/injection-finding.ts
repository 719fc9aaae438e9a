import type { Node } from '@vscode/tree-sitter-wasm';
import type { FileFinding } from '../../../finding.ts';
import { identityOf } from '../finding-identity.ts';

export type InjectionRule = 'command-injection' | 'eval' | 'unsafe-pickle';

const texts: Record<InjectionRule, { title: string; message: string; fix: string; url: string }> = {
  'command-injection': {
    title: 'A shell command is put together from variables',
    message: 'The shell reads the whole text: whoever decides what is in a variable can add commands of their own.',
    fix: 'Call the program without a shell, each argument by itself (execFile, spawn; a list without shell=True).',
    url: 'https://cwe.mitre.org/data/definitions/78.html',
  },
  eval: {
    title: 'Text that is not fixed is run as code',
    message: 'Whoever decides what is in the text can do all that this program can.',
    fix: 'Read data as data (JSON.parse, ast.literal_eval), and choose among functions by their names.',
    url: 'https://cwe.mitre.org/data/definitions/95.html',
  },
  'unsafe-pickle': {
    title: 'A pickle from outside is loaded',
    message: 'Loading a pickle runs code that the pickle names: whoever sends it can do all that this program can.',
    fix: 'Take data from outside as JSON or another format that holds nothing but data.',
    url: 'https://docs.python.org/3/library/pickle.html',
  },
};

export function injectionFinding(rule: InjectionRule, call: Node): FileFinding {
  const { title, message, fix, url } = texts[rule];
  return {
    rule: `bug-patterns/${rule}`,
    severity: 'medium',
    severityIfNew: 'high',
    title: `${title}: ${excerpt(call.text)}`.slice(0, 200),
    message,
    start_line: call.startPosition.row + 1,
    end_line: call.endPosition.row + 1,
    fix,
    url,
    identity: identityOf(call.text),
  };
}

const EXCERPT = 80;

function excerpt(text: string): string {
  const line = text.slice(0, EXCERPT * 4).replaceAll(/\s+/g, ' ');
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT - 1)}…` : line;
}
