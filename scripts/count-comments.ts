import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Comment, readComments } from './comments/read-comments.ts';

/**
 * `node scripts/count-comments.ts [--enforce] [folders]`: counts comments whose wording has proved hard to read, and lists them by file.
 * Covers every .ts, .mjs and .sql file in git except generated ones. With `--enforce` the exit code is 1 if a count is above its limit.
 */
const ROOT = resolve(import.meta.dirname, '..');
const GENERATED =
  /(^|\/)(dist|generated)\/|^packages\/client\/src\/schema\.ts$|^packages\/server\/src\/store\/schema\.ts$/;

/** The counted wordings, each with the number of comments that it may have in the whole repository. */
const RULES: readonly { name: string; matches: (text: string) => boolean; limit: number }[] = [
  { name: 'begins with "What"', matches: (text) => /^what\b/i.test(text), limit: 20 },
  { name: 'begins with "Of"', matches: (text) => /^of\b/i.test(text), limit: 5 },
  { name: 'begins with "Whether"', matches: (text) => /^whether\b/i.test(text), limit: 10 },
  { name: 'says "answer" or "answers"', matches: (text) => /\banswers?\b/i.test(text), limit: 3 },
];

interface LocatedComment extends Comment {
  file: string;
}

function listFiles(folders: readonly string[]): string[] {
  const patterns = ['*.ts', '*.mjs', '*.sql'].flatMap((pattern) =>
    folders.length === 0 ? [pattern] : folders.map((folder) => join(folder, pattern)),
  );
  const listed = execFileSync('git', ['ls-files', '--', ...patterns], { cwd: ROOT, encoding: 'utf8' });
  return listed.split('\n').filter((file) => file !== '' && !GENERATED.test(file));
}

function readFileComments(file: string): LocatedComment[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return readComments(file, source).map((comment) => ({ ...comment, file }));
}

const args = process.argv.slice(2);
const comments = listFiles(args.filter((arg) => !arg.startsWith('-'))).flatMap(readFileComments);

for (const { name, matches, limit } of RULES) {
  const found = comments.filter(({ text }) => matches(text));
  console.log(`${found.length} of ${comments.length} comments: ${name} (limit ${limit})`);
  for (const { file, line, text } of found) console.log(`  ${file}:${line}  ${text.slice(0, 100)}`);
  if (args.includes('--enforce') && found.length > limit) process.exitCode = 1;
}
