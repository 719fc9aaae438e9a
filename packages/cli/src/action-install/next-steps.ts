import { ACTION_FOLDER, WORKFLOW_FILE } from './action-files.ts';
import type { IgnoredFile } from './ignored-files.ts';

export interface NextStepsOptions {
  /** Folder that the printed `cd` command names; null if it is the current folder. */
  folder: string | null;
  /** The workflow: the text that the user must write by hand, or the path of the file if it already exists. */
  workflow: { text: string } | { path: string };
  ignored: IgnoredFile[] | string;
}

export interface CommitOptions extends Pick<NextStepsOptions, 'folder' | 'ignored'> {
  paths: string[];
  message: string;
}

/** Returns the numbered steps that remain after a first installation. */
export function nextSteps({ folder, workflow, ignored }: NextStepsOptions): string {
  const steps = [
    [
      'Create a token with only the scopes that the Action needs:',
      '  npx commandcenter token create github-actions --project 1 --scope jobs:create jobs:read',
    ],
    [
      'Add three secrets to the repository, under Settings → Secrets and variables → Actions, or with gh:',
      ...changeFolder(folder),
      '  gh secret set COMMANDCENTER_URL          # https://commandcenter.example.org',
      '  gh secret set COMMANDCENTER_TOKEN        # the token',
      '  gh secret set COMMANDCENTER_PROJECT_ID   # 1',
    ],
    ...('path' in workflow
      ? []
      : [
          [
            `Write ${WORKFLOW_FILE}, or run this command again with --workflow:`,
            '',
            ...indent(workflow.text.trimEnd().split('\n')),
            '',
          ],
        ]),
    commitStep({
      folder,
      paths: [ACTION_FOLDER, 'path' in workflow ? workflow.path : WORKFLOW_FILE],
      message: 'Analyze pull requests with CommandCenter',
      ignored,
    }),
  ];
  const numbered = steps.flatMap(([first = '', ...rest], index) => [`${index + 1}. ${first}`, ...indent(rest)]);
  return ['Next:', ...numbered].join('\n');
}

/**
 * Returns the lines that explain how to commit the paths. Ignored files need `--force`, because `git add` of a folder leaves them out
 * silently.
 */
export function commitStep({ folder, paths, message, ignored }: CommitOptions): string[] {
  const isIgnored = typeof ignored !== 'string' && ignored.length > 0;
  return [
    'Commit it:',
    ...changeFolder(folder),
    `  git add ${isIgnored ? '--force ' : ''}${paths.join(' ')}`,
    `  git commit --message '${message}'`,
    ...(isIgnored ? ['--force is needed because the repository ignores these files:'] : []),
    ...(isIgnored ? ignored.map(({ path, by }) => `  ${path}, by ${by}`) : []),
    ...(typeof ignored === 'string'
      ? [`Check that dist/ is in the commit. Git could not tell if the repository ignores it (${ignored}).`]
      : []),
  ];
}

const changeFolder = (folder: string | null): string[] => (folder === null ? [] : [`  cd ${quote(folder)}`]);

const indent = (lines: string[]): string[] => lines.map((line) => (line === '' ? '' : `   ${line}`));

/** Quotes a text for a POSIX shell. */
const quote = (text: string): string => (/^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
