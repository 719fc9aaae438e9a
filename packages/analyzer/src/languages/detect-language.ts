import linguist from './generated/linguist.json' with { type: 'json' };

interface Language {
  name: string;
  type: string;
  group?: string;
  extensions: string[];
  filenames: string[];
  interpreters: string[];
}

/** Languages of ambiguous extensions. For others, the first programming language by name is used. */
const preferred: Readonly<Record<string, string>> = {
  '.as': 'ActionScript',
  '.asc': 'AsciiDoc',
  '.asm': 'Assembly',
  '.bas': 'BASIC',
  '.cfg': 'INI',
  '.cgi': 'Perl',
  '.cl': 'OpenCL',
  '.cls': 'Apex',
  '.cs': 'C#',
  '.d': 'D',
  '.e': 'Eiffel',
  '.es': 'JavaScript',
  '.ex': 'Elixir',
  '.f': 'Fortran',
  '.for': 'Fortran',
  '.frag': 'GLSL',
  '.fs': 'F#',
  '.fx': 'HLSL',
  '.gd': 'GDScript',
  '.gs': 'JavaScript',
  '.h': 'C',
  '.hh': 'C++',
  '.html': 'HTML',
  '.inc': 'PHP',
  '.json': 'JSON',
  '.l': 'Lex',
  '.lisp': 'Common Lisp',
  '.ls': 'LiveScript',
  '.m': 'Objective-C',
  '.md': 'Markdown',
  '.ml': 'OCaml',
  '.mm': 'Objective-C++',
  '.mod': 'Modula-2',
  '.php': 'PHP',
  '.pl': 'Perl',
  '.plist': 'XML Property List',
  '.pm': 'Perl',
  '.pp': 'Puppet',
  '.pro': 'QMake',
  '.properties': 'Java Properties',
  '.r': 'R',
  '.re': 'Reason',
  '.res': 'ReScript',
  '.rs': 'Rust',
  '.s': 'Unix Assembly',
  '.sc': 'Scala',
  '.scm': 'Scheme',
  '.sol': 'Solidity',
  '.spec': 'RPM Spec',
  '.sql': 'SQL',
  '.star': 'Starlark',
  '.t': 'Perl',
  '.tpl': 'Smarty',
  '.ts': 'TypeScript',
  '.tsx': 'TSX',
  '.txt': 'Text',
  '.v': 'Verilog',
  '.x': 'RPC',
  '.yaml': 'YAML',
  '.yml': 'YAML',
  '.yy': 'Yacc',
};

const languages = linguist as Language[];
const byFilename = new Map<string, string>();
const byExtension = new Map<string, string>();
const byInterpreter = new Map<string, string>();
const groups = new Map<string, string>();

for (const language of languages) {
  for (const name of language.filenames) if (!byFilename.has(name)) byFilename.set(name, language.name);
  for (const name of language.interpreters) if (!byInterpreter.has(name)) byInterpreter.set(name, language.name);
  if (language.group !== undefined) groups.set(language.name, language.group);
}
for (const programming of [true, false]) {
  for (const { name, type, extensions } of languages) {
    if ((type === 'programming') !== programming) continue;
    for (const extension of extensions) {
      const key = extension.toLowerCase();
      if (!byExtension.has(key)) byExtension.set(key, name);
    }
  }
}
for (const [extension, name] of Object.entries(preferred)) byExtension.set(extension, name);

/** Returns linguist's name of a file's language, based on the file's name; null if the name does not determine it. */
export function languageOfName(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const exact = byFilename.get(name);
  if (exact !== undefined) return exact;
  // The longest known extension is used: `.d.ts`, `.blade.php`.
  for (let dot = name.indexOf('.', 1); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const language = byExtension.get(name.slice(dot).toLowerCase());
    if (language !== undefined) return language;
  }
  if (/^(?:Dockerfile|Containerfile)(?:\.|$)/i.test(name)) return 'Dockerfile';
  return null;
}

const MAX_SHEBANG_LENGTH = 200;

/** Returns the language of the interpreter in the first line (`#!/usr/bin/env python3`); null if there is none. */
export function languageOfShebang(bytes: Buffer): string | null {
  if (bytes[0] !== 0x23 || bytes[1] !== 0x21) return null;
  const [line = ''] = bytes.toString('latin1', 2, MAX_SHEBANG_LENGTH).split('\n', 1);
  const words = line.trim().split(/\s+/);
  const [first = ''] = words;
  const program = first.endsWith('/env') ? words.slice(1).find((word) => !/^-|=/.test(word)) : first;
  const name = program?.slice(program.lastIndexOf('/') + 1) ?? '';
  return byInterpreter.get(name) ?? byInterpreter.get(name.replace(/[\d.]+$/, '')) ?? null;
}

/** Returns the common name of a language: TSX counts as TypeScript, an XML property list as XML. */
export const languageGroup = (name: string): string => groups.get(name) ?? name;
