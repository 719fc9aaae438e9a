import { ACTION_FOLDER, WORKFLOW_FILE } from './action-files.ts';
import type { IgnoredFile } from './ignored-files.ts';

export interface NextStepsOptions {
  /** As it is to be typed; null: one stands in it. */
  folder: string | null;
  /** A text that is to be written by hand, or the file that there is. */
  workflow: { text: string } | { path: string };
  ignored: IgnoredFile[] | string;
}

export interface CommitOptions extends Pick<NextStepsOptions, 'folder' | 'ignored'> {
  paths: string[];
  message: string;
}

/** What is left to do after a first installation. */
export function nextSteps({ folder, workflow, ignored }: NextStepsOptions): string {
  const steps = [
    [
      'Make a token that may do what the Action needs, and nothing else:',
      '  npx commandcenter token create github-actions --project 1 --scope jobs:create jobs:read',
    ],
    [
      'Give the repository three secrets, under Settings → Secrets and variables → Actions, or with gh:',
      ...changeFolder(folder),
      '  gh secret set COMMANDCENTER_URL          # https://commandcenter.example.org',
      '  gh secret set COMMANDCENTER_TOKEN        # the token',
      '  gh secret set COMMANDCENTER_PROJECT_ID   # 1',
    ],
    ...('path' in workflow
      ? []
      : [
          [
            `Write ${WORKFLOW_FILE}, or run this again with --workflow:`,
            '',
            ...indent(workflow.text.trimEnd().split('\n')),
            '',
          ],
        ]),
    commitStep({
      folder,
      paths: [ACTION_FOLDER, 'path' in workflow ? workflow.path : WORKFLOW_FILE],
      message: 'Analyse pull requests with CommandCenter',
      ignored,
    }),
  ];
  const numbered = steps.flatMap(([first = '', ...rest], index) => [`${index + 1}. ${first}`, ...indent(rest)]);
  return ['Next:', ...numbered].join('\n');
}

/** The lines that say how to commit the paths. `git add` of a folder says nothing about what is ignored in it, and leaves it out. */
export function commitStep({ folder, paths, message, ignored }: CommitOptions): string[] {
  const isIgnored = typeof ignored !== 'string' && ignored.length > 0;
  return [
    'Commit it:',
    ...changeFolder(folder),
    `  git add ${isIgnored ? '--force ' : ''}${paths.join(' ')}`,
    `  git commit --message '${message}'`,
    ...(isIgnored ? ['--force, because the repository ignores what GitHub needs:'] : []),
    ...(isIgnored ? ignored.map(({ path, by }) => `  ${path}, by ${by}`) : []),
    ...(typeof ignored === 'string'
      ? [`See that dist/ is in the commit: whether the repository ignores it is not known (${ignored}).`]
      : []),
  ];
}

const changeFolder = (folder: string | null): string[] => (folder === null ? [] : [`  cd ${quote(folder)}`]);

const indent = (lines: string[]): string[] => lines.map((line) => (line === '' ? '' : `   ${line}`));

/** For a shell. */
const quote = (text: string): string => (/^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
