import { cargoReader } from './cargo/ecosystem.ts';
import type { EcosystemReader } from './ecosystem-reader.ts';
import { githubActionsReader } from './github-actions/ecosystem.ts';
import { goReader } from './go/ecosystem.ts';
import { hexReader } from './hex/ecosystem.ts';
import { mavenReader } from './maven/ecosystem.ts';
import { npmReader } from './npm/ecosystem.ts';
import { nugetReader } from './nuget/ecosystem.ts';
import { packagistReader } from './packagist/ecosystem.ts';
import { pubReader } from './pub/ecosystem.ts';
import { pypiReader } from './pypi/ecosystem.ts';
import { rubyGemsReader } from './rubygems/ecosystem.ts';

/** Readers of all ecosystems. To add an ecosystem, add a folder and a line in this list. */
export const ecosystemReaders: readonly EcosystemReader[] = [
  npmReader,
  goReader,
  cargoReader,
  pypiReader,
  rubyGemsReader,
  mavenReader,
  nugetReader,
  packagistReader,
  pubReader,
  hexReader,
  githubActionsReader,
];
