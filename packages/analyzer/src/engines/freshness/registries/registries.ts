import type { Registry } from '../registry.ts';
import { cratesRegistry } from './crates.ts';
import { goRegistry } from './go.ts';
import { hexRegistry } from './hex.ts';
import { mavenRegistry } from './maven.ts';
import { npmRegistry } from './npm.ts';
import { nugetRegistry } from './nuget.ts';
import { packagistRegistry } from './packagist.ts';
import { pubRegistry } from './pub.ts';
import { pypiRegistry } from './pypi.ts';
import { rubyGemsRegistry } from './rubygems.ts';

export const registries: readonly Registry[] = [
  npmRegistry,
  pypiRegistry,
  cratesRegistry,
  rubyGemsRegistry,
  packagistRegistry,
  nugetRegistry,
  mavenRegistry,
  goRegistry,
  hexRegistry,
  pubRegistry,
];
