import type { RawFinding } from '../../finding.ts';
import { folderOf, parentFolders } from './tree-folders.ts';

/** Matches folders whose projects need no lockfile, because they are usually not deployed: tests, examples, documentation. */
const notDeployedFolder =
  /(?:^|\/)(?:tests?|__tests__|spec|fixtures?|__fixtures__|testdata|corpus|examples?|samples?|demos?|templates?|docs?|benchmarks?|playground)(?:\/|$)/i;

interface Application {
  manifest: string;
  /** Folders that contain a manifest of the same ecosystem: a project below one of them may be a part of it. */
  manifests: { has(folder: string): boolean };
  /** Folders that contain a lockfile of the ecosystem, also one that cannot be read. */
  locked: ReadonlySet<string>;
  fix: string;
}

/**
 * Reports an application that has ranges but no lockfile. It returns nothing for a project that may be part of another
 * one or is not deployed. The caller must know that the project is an application, because libraries need no lockfile.
 */
export const missingLockfile = ({ manifest, manifests, locked, fix }: Application): RawFinding[] => {
  const folder = folderOf(manifest);
  const [, ...above] = parentFolders(folder);
  if (notDeployedFolder.test(folder) || above.some((other) => manifests.has(other))) return [];
  if (parentFolders(folder).some((other) => locked.has(other))) return [];
  return [
    {
      rule: 'dependencies/no-lockfile',
      severity: 'low',
      title: `${manifest} asks for ranges, and no lockfile says which versions are used`,
      message:
        'Without a lockfile each installation may bring other versions: builds cannot be repeated, a bad release arrives unseen, ' +
        'and known vulnerabilities cannot be matched with what is in use.',
      path: manifest,
      start_line: null,
      end_line: null,
      fix,
      identity: 'no-lockfile',
    },
  ];
};
