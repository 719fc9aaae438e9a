/** Comments and quotes of a language. */
export interface CommentSyntax {
  /** Markers that begin a comment up to the end of the line. */
  line: readonly string[];
  /** Opening and closing markers of block comments. */
  block: readonly (readonly [open: string, close: string])[];
  /** Quotes within one line, in which comment markers have no meaning; a backslash escapes. */
  quotes: readonly string[];
  /** Quotes that may span lines. */
  longQuotes: readonly string[];
  /** Multi-character quotes that are documentation if they begin a statement, and count as comment. */
  docQuotes?: readonly string[];
  /** True if a slash may begin a regular expression, in which quotes and comment markers have no meaning. */
  regex?: true;
  /** True if a block comment begins only at the start of a line (Ruby's =begin). */
  blockAtLineStart?: true;
}

const c: CommentSyntax = { line: ['//'], block: [['/*', '*/']], quotes: ['"', "'"], longQuotes: [] };
const javascript: CommentSyntax = { ...c, longQuotes: ['`'], regex: true };
const hash: CommentSyntax = { line: ['#'], block: [], quotes: ['"', "'"], longQuotes: [] };
const hashPlain: CommentSyntax = { line: ['#'], block: [], quotes: [], longQuotes: [] };
const markup: CommentSyntax = { line: [], block: [['<!--', '-->']], quotes: [], longQuotes: [] };
const none: CommentSyntax = { line: [], block: [], quotes: [], longQuotes: [] };
const semicolon: CommentSyntax = { line: [';'], block: [], quotes: ['"'], longQuotes: [] };
const dashes: CommentSyntax = { line: ['--'], block: [], quotes: ['"', "'"], longQuotes: [] };
const percent: CommentSyntax = { line: ['%'], block: [], quotes: [], longQuotes: [] };
const css: CommentSyntax = { line: [], block: [['/*', '*/']], quotes: ['"', "'"], longQuotes: [] };
/**
 * Syntax of languages like C in which only double quotes enclose text: single quotes also mark lifetimes, labels and primes, so that they
 * cannot be paired.
 */
const cDoubleQuotes: CommentSyntax = { ...c, quotes: ['"'] };

const of = (syntax: CommentSyntax, ...names: string[]): [string, CommentSyntax][] =>
  names.map((name) => [name, syntax]);

const syntaxes = new Map<string, CommentSyntax>([
  ...of(javascript, 'JavaScript', 'TypeScript', 'TSX', 'Glimmer TS', 'Glimmer JS', 'Qt Script'),
  ...of(c, 'C', 'C++', 'C#', 'Objective-C', 'Objective-C++', 'Java', 'Dart', 'Groovy', 'Gradle', 'Gradle Kotlin DSL'),
  ...of(c, 'Protocol Buffer', 'GLSL', 'HLSL', 'OpenCL', 'Cuda', 'D', 'ActionScript', 'Solidity', 'Thrift', 'Apex'),
  ...of(c, 'JSON with Comments', 'JSON5', 'WGSL', 'Metal', 'Zig', 'V', 'Jsonnet', 'ShaderLab', 'QML', 'Pug', 'Stylus'),
  ...of({ ...c, longQuotes: ['`'] }, 'Go'),
  ...of({ ...c, quotes: ['"'], longQuotes: ['"""'] }, 'Swift', 'Kotlin', 'Scala'),
  ...of(cDoubleQuotes, 'Rust', 'Verilog', 'SystemVerilog', 'Prisma', 'Lex', 'Yacc'),
  ...of(css, 'CSS', 'PostCSS'),
  ...of({ ...css, line: ['//'] }, 'SCSS', 'Less', 'Sass'),
  ...of({ line: ['//', '#'], block: [['/*', '*/']], quotes: ['"', "'"], longQuotes: [] }, 'PHP', 'HCL', 'Terraform'),
  ...of(
    { ...hash, longQuotes: ['"""', "'''"], docQuotes: ['"""', "'''"] },
    'Python',
    'Starlark',
    'Snakemake',
    'Cython',
  ),
  ...of({ ...hash, block: [['=begin', '=end']], blockAtLineStart: true }, 'Ruby', 'Crystal'),
  ...of(
    {
      ...hash,
      block: [
        ['=pod', '=cut'],
        ['=head', '=cut'],
      ],
      blockAtLineStart: true,
    },
    'Perl',
    'Raku',
  ),
  ...of({ ...hash, block: [['<#', '#>']] }, 'PowerShell'),
  ...of({ ...hash, block: [['#=', '=#']] }, 'Julia'),
  ...of({ ...hash, block: [['###', '###']] }, 'CoffeeScript'),
  ...of({ ...hash, block: [['#[', ']#']] }, 'Nim'),
  ...of(hash, 'R', 'Elixir', 'Awk', 'Tcl', 'Puppet', 'TOML', 'Nix', 'GraphQL', 'GDScript', 'Meson', 'CMake'),
  ...of(hashPlain, 'Shell', 'YAML', 'Dockerfile', 'Makefile', 'Ignore List', 'Git Attributes', 'Tcsh', 'fish'),
  ...of(hashPlain, 'Java Properties', 'EditorConfig', 'Dotenv', 'Nginx', 'ApacheConf', 'Procfile', 'Gettext Catalog'),
  ...of({ ...hashPlain, line: [';', '#'] }, 'INI', 'Git Config', 'NPM Config', 'Assembly', 'Unix Assembly', 'desktop'),
  ...of(markup, 'HTML', 'XML', 'SVG', 'Markdown', 'MDX', 'XML Property List', 'Maven POM', 'XSLT', 'HTML+PHP'),
  ...of(
    {
      ...javascript,
      line: ['//'],
      block: [
        ['<!--', '-->'],
        ['/*', '*/'],
      ],
      quotes: [],
      longQuotes: [],
    },
    'Vue',
    'Svelte',
  ),
  ...of(
    {
      ...javascript,
      block: [
        ['<!--', '-->'],
        ['/*', '*/'],
      ],
    },
    'Astro',
  ),
  ...of(
    {
      ...markup,
      block: [
        ['<!--', '-->'],
        ['<%--', '--%>'],
      ],
    },
    'HTML+ERB',
    'HTML+Razor',
    'Java Server Pages',
  ),
  ...of(
    {
      ...markup,
      block: [
        ['{{!', '}}'],
        ['<!--', '-->'],
      ],
    },
    'Handlebars',
    'Mustache',
  ),
  ...of(
    {
      ...markup,
      block: [
        ['{#', '#}'],
        ['<!--', '-->'],
      ],
    },
    'Jinja',
    'Twig',
  ),
  ...of({ ...dashes, block: [['/*', '*/']] }, 'SQL', 'PLpgSQL', 'PLSQL', 'TSQL', 'SQLPL'),
  ...of({ ...dashes, block: [['--[[', ']]']] }, 'Lua', 'Luau'),
  ...of({ ...dashes, quotes: ['"'], block: [['{-', '-}']] }, 'Haskell', 'Elm', 'PureScript', 'Agda', 'Idris'),
  ...of(dashes, 'Ada', 'VHDL', 'Eiffel', 'AppleScript'),
  ...of({ line: [], block: [['(*', '*)']], quotes: ['"'], longQuotes: [] }, 'OCaml', 'Standard ML', 'Rocq Prover'),
  ...of({ line: ['//'], block: [['(*', '*)']], quotes: ['"'], longQuotes: ['"""'] }, 'F#', 'Reason', 'ReScript'),
  ...of(
    {
      line: ['//'],
      block: [
        ['{', '}'],
        ['(*', '*)'],
      ],
      quotes: ["'"],
      longQuotes: [],
    },
    'Pascal',
  ),
  ...of({ ...semicolon, block: [['#|', '|#']] }, 'Common Lisp', 'Scheme', 'Racket'),
  ...of(semicolon, 'Clojure', 'Emacs Lisp', 'Fennel', 'AutoHotkey'),
  ...of({ ...percent, quotes: ['"'] }, 'Erlang', 'Prolog'),
  ...of(percent, 'TeX', 'MATLAB', 'PostScript'),
  ...of({ line: ["'"], block: [], quotes: ['"'], longQuotes: [] }, 'Visual Basic .NET', 'VBScript', 'VBA', 'BASIC'),
  ...of({ line: ['!'], block: [], quotes: ['"', "'"], longQuotes: [] }, 'Fortran Free Form', 'Fortran'),
  ...of({ line: ['"'], block: [], quotes: [], longQuotes: [] }, 'Vim script'),
  ...of({ line: ['rem ', 'REM ', '::'], block: [], quotes: [], longQuotes: [] }, 'Batchfile'),
]);

/** Returns the syntax of a language by linguist's name. Unknown languages have no comments. */
export const commentSyntaxOf = (language: string): CommentSyntax => syntaxes.get(language) ?? none;
