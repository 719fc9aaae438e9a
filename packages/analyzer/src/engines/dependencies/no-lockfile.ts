import type { RawFinding } from '../../finding.ts';
import { folderOf, foldersUpwards } from './folder.ts';

/** Where projects are kept that nobody deploys. */
const notDeployed =
  /(?:^|\/)(?:tests?|__tests__|spec|fixtures?|__fixtures__|testdata|corpus|examples?|samples?|demos?|templates?|docs?|benchmarks?|playground)(?:\/|$)/i;

interface Application {
  manifest: string;
  /** Folders with a manifest of the same ecosystem: below one of them it may be a part of something. */
  manifests: { has(folder: string): boolean };
  /** Folders with a lockfile of the ecosystem, readable or not. */
  locked: ReadonlySet<string>;
  fix: string;
}

/**
 * The finding that an application asks for ranges and no lockfile says what it gets; none where it is a part of something, or not for
 * use. The caller knows that it is an application, which a library's manifest often does not tell: when in doubt it is not asked.
 */
export const lacksLockfile = ({ manifest, manifests, locked, fix }: Application): RawFinding[] => {
  const folder = folderOf(manifest);
  const [, ...above] = foldersUpwards(folder);
  if (notDeployed.test(folder) || above.some((other) => manifests.has(other))) return [];
  if (foldersUpwards(folder).some((other) => locked.has(other))) return [];
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
