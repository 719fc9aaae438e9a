/** Texts for messages about the secrets of one rule. */
export interface SecretRule {
  /** Name of the kind of secret, which follows "A " or "An " in messages. */
  what: string;
  /** Address of the issuer's page for revoking the secret. */
  url?: string;
}

const privateKey = 'Replace the key pair wherever its public key is trusted';

/** Instructions for invalidating secrets, by rule, where "revoke it" does not apply. */
export const remedies: Readonly<Record<string, string>> = {
  'private-key': privateKey,
  'ssh-private-key': `${privateKey} (authorized_keys, deploy keys)`,
  'pgp-private-key': 'Revoke the key and publish the revocation',
  'putty-private-key': privateKey,
  'private-jwk': privateKey,
  'key-store': privateKey,
  'password-database': 'Change the passwords in it',
  password: 'Change the password',
  'connection-url': 'Change the password',
  'url-password': 'Change the password',
  'basic-authorization': 'Change the password',
};

/** Rules by name, without the engine's name. */
export const secretRules: Readonly<Record<string, SecretRule>> = {
  '1password-token': {
    what: '1Password service account token',
    url: 'https://developer.1password.com/docs/service-accounts/manage-service-accounts/',
  },
  'age-secret-key': { what: 'age secret key', url: 'https://github.com/FiloSottile/age' },
  'anthropic-key': { what: 'Anthropic API key', url: 'https://console.anthropic.com/settings/keys' },
  'atlassian-token': {
    what: 'Atlassian API token',
    url: 'https://id.atlassian.com/manage-profile/security/api-tokens',
  },
  'aws-access-key': {
    what: 'AWS access key',
    url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
  },
  'aws-secret-access-key': {
    what: 'AWS secret access key',
    url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
  },
  'azure-client-secret': {
    what: 'Azure client secret',
    url: 'https://learn.microsoft.com/entra/identity-platform/quickstart-register-app',
  },
  'azure-shared-access-key': {
    what: 'Azure shared access key',
    url: 'https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas',
  },
  'azure-storage-key': {
    what: 'Azure storage account key',
    url: 'https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage',
  },
  'basic-authorization': { what: 'user name and password of HTTP basic authentication' },
  'bearer-token': { what: 'bearer token' },
  'cloudflare-token': { what: 'Cloudflare API token', url: 'https://dash.cloudflare.com/profile/api-tokens' },
  'commandcenter-token': { what: 'CommandCenter API token' },
  'connection-url': { what: 'password in a connection URL' },
  'databricks-token': { what: 'Databricks access token', url: 'https://docs.databricks.com/dev-tools/auth/pat.html' },
  'digitalocean-token': { what: 'DigitalOcean token', url: 'https://cloud.digitalocean.com/account/api/tokens' },
  'discord-bot-token': { what: 'Discord bot token', url: 'https://discord.com/developers/applications' },
  'discord-webhook': { what: 'Discord webhook URL', url: 'https://support.discord.com/hc/articles/228383668' },
  'docker-token': { what: 'Docker access token', url: 'https://app.docker.com/settings/personal-access-tokens' },
  'figma-token': { what: 'Figma access token', url: 'https://help.figma.com/hc/articles/8085703771159' },
  'gcp-service-account-key': {
    what: 'Google Cloud service account key',
    url: 'https://docs.cloud.google.com/iam/docs/keys-create-delete',
  },
  'generic-secret': { what: 'secret' },
  'github-app-token': { what: 'GitHub app token', url: 'https://docs.github.com/code-security/secret-scanning' },
  'github-token': { what: 'GitHub token', url: 'https://github.com/settings/tokens' },
  'gitlab-runner-token': { what: 'GitLab runner registration token', url: 'https://docs.gitlab.com/security/tokens/' },
  'gitlab-token': { what: 'GitLab token', url: 'https://docs.gitlab.com/security/tokens/' },
  'google-api-key': { what: 'Google API key', url: 'https://console.cloud.google.com/apis/credentials' },
  'google-oauth-secret': {
    what: 'Google OAuth client secret',
    url: 'https://console.cloud.google.com/apis/credentials',
  },
  'google-oauth-token': { what: 'Google OAuth access token', url: 'https://myaccount.google.com/permissions' },
  'grafana-token': {
    what: 'Grafana token',
    url: 'https://grafana.com/docs/grafana/latest/administration/service-accounts/',
  },
  'groq-token': { what: 'Groq API key', url: 'https://console.groq.com/keys' },
  'hashicorp-vault-token': {
    what: 'HashiCorp Vault token',
    url: 'https://developer.hashicorp.com/vault/docs/commands/token/revoke',
  },
  'huggingface-token': { what: 'Hugging Face access token', url: 'https://huggingface.co/settings/tokens' },
  'json-web-token': { what: 'JSON Web Token' },
  'key-store': { what: 'store of private keys' },
  'linear-token': { what: 'Linear API key', url: 'https://linear.app/settings/account/security' },
  'mailgun-key': { what: 'Mailgun API key', url: 'https://app.mailgun.com/settings/api_security' },
  'notion-token': { what: 'Notion integration token', url: 'https://www.notion.so/my-integrations' },
  'npm-token': { what: 'npm access token', url: 'https://docs.npmjs.com/revoking-access-tokens' },
  'openai-key': { what: 'OpenAI API key', url: 'https://platform.openai.com/api-keys' },
  'openrouter-key': { what: 'OpenRouter API key', url: 'https://openrouter.ai/settings/keys' },
  password: { what: 'password' },
  'password-database': { what: 'password database' },
  'pgp-private-key': { what: 'PGP private key' },
  'planetscale-token': { what: 'PlanetScale token', url: 'https://planetscale.com/docs/concepts/service-tokens' },
  'private-jwk': { what: 'private JSON Web Key' },
  'private-key': { what: 'private key' },
  'putty-private-key': { what: 'PuTTY private key' },
  'pypi-token': { what: 'PyPI API token', url: 'https://pypi.org/manage/account/' },
  'registry-credentials': {
    what: 'credential of a package registry',
    url: 'https://docs.npmjs.com/revoking-access-tokens',
  },
  'rubygems-key': { what: 'RubyGems API key', url: 'https://rubygems.org/profile/api_keys' },
  'sendgrid-key': { what: 'SendGrid API key', url: 'https://app.sendgrid.com/settings/api_keys' },
  'sentry-token': { what: 'Sentry token', url: 'https://sentry.io/settings/account/api/auth-tokens/' },
  'shopify-token': { what: 'Shopify token', url: 'https://shopify.dev/docs/apps/build/authentication-authorization' },
  'slack-app-token': { what: 'Slack app token', url: 'https://api.slack.com/apps' },
  'slack-token': { what: 'Slack token', url: 'https://api.slack.com/methods/auth.revoke' },
  'slack-webhook': { what: 'Slack webhook URL', url: 'https://api.slack.com/messaging/webhooks' },
  'ssh-private-key': { what: 'SSH private key' },
  'stripe-live-key': { what: 'Stripe live key', url: 'https://dashboard.stripe.com/apikeys' },
  'stripe-test-key': { what: 'Stripe test key', url: 'https://dashboard.stripe.com/test/apikeys' },
  'tailscale-token': { what: 'Tailscale key', url: 'https://login.tailscale.com/admin/settings/keys' },
  'telegram-bot-token': { what: 'Telegram bot token', url: 'https://core.telegram.org/bots/features#botfather' },
  'twilio-auth-token': { what: 'Twilio auth token', url: 'https://console.twilio.com/' },
  'url-password': { what: 'password in a URL' },
  'vercel-token': { what: 'Vercel token', url: 'https://vercel.com/account/settings/tokens' },
  'webhook-secret': { what: 'signing secret of webhooks' },
};
