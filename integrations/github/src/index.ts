import type { IntegrationDefinition } from '@commandcenter/integration-kit';
import { GitHubIntegration } from './github-integration.ts';
import { manifest } from './manifest.ts';

export { GitHubIntegration } from './github-integration.ts';

/** The server's loader imports this export. */
export const integration: IntegrationDefinition = {
  manifest,
  create: (context) => new GitHubIntegration(context),
};
