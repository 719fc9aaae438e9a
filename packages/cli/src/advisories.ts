import { join } from 'node:path';
import { AnalysisError, type ImportedAdvisories, importAdvisories } from '@commandcenter/analyzer';
import { readConfig } from '@commandcenter/server/config';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { printResult, stripControlCharacters, table } from './output.ts';
import { startProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export function addAdvisories(program: Command, terminal: Terminal): void {
  program
    .command('advisories')
    .description('manage the offline database of advisories')
    .command('import')
    .description('import OSV advisories, so that analyses find vulnerable dependencies without a network')
    .argument('<zip|dir>', "one of OSV's zips, or a folder with zips or JSON files")
    .action(async (source: string, _options, command: Command) => {
      const { DATA_DIR } = readConfig(terminal.environment);
      const imported = await importInto(join(DATA_DIR, 'advisories'), source, terminal);
      printResult(command, terminal, toJson(imported), () => describe(imported));
    });
}

async function importInto(folder: string, source: string, { stderr }: Terminal): Promise<ImportedAdvisories> {
  const progress = startProgress(stderr);
  try {
    return await importAdvisories(source, folder, {
      signal: new AbortController().signal,
      now: new Date(),
      onProgress: (percent, step) => {
        // Show only every 10 percent in a log, where each step is a line of its own.
        if (stderr.isTTY || percent % 10 === 0) progress.show(percent, step);
      },
    });
  } catch (error) {
    if (error instanceof AnalysisError) {
      throw new CliError(
        error.code,
        2,
        stripControlCharacters([error.message, error.hint].filter(Boolean).join(' ')),
        error,
      );
    }
    // Covers errors of the file system and of SQLite, such as a full disk or a folder without read permission.
    if (error instanceof Error && ('syscall' in error || 'errcode' in error)) {
      throw new CliError(
        'advisories.not_imported',
        3,
        stripControlCharacters(`Nothing was imported: ${error.message}`),
        error,
      );
    }
    throw error;
  } finally {
    progress.end();
  }
}

const toJson = ({ databases, records, unreadable, unreadableRanges, otherEcosystems }: ImportedAdvisories) => ({
  databases,
  records,
  unreadable,
  unreadable_ranges: unreadableRanges,
  other_ecosystems: otherEcosystems,
});

function describe({ databases, unreadable, unreadableRanges, otherEcosystems }: ImportedAdvisories): string {
  const lines = [
    table(
      ['ECOSYSTEM', 'ADVISORIES', 'PACKAGES', 'NEWEST'],
      databases.map((database) => [
        database.ecosystem,
        database.advisories,
        database.packages,
        database.newest_modified.slice(0, 10),
      ]),
    ),
  ];
  if (unreadable.files > 0) {
    const more = unreadable.files > unreadable.examples.length ? ', …' : '';
    lines.push(`Skipped, not OSV records: ${unreadable.files} (${unreadable.examples.join(', ')}${more})`);
  }
  if (unreadableRanges > 0) lines.push(`Skipped, unreadable version ranges: ${unreadableRanges}`);
  if (otherEcosystems.length > 0) {
    const more = otherEcosystems.length > 10 ? `, … (${otherEcosystems.length})` : '';
    lines.push(`Skipped, unsupported ecosystems: ${otherEcosystems.slice(0, 10).join(', ')}${more}`);
  }
  return lines.map((line, index) => (index === 0 ? line : stripControlCharacters(line))).join('\n');
}
