import { crc32 } from 'node:zlib';
import type { TokenFormat } from './token-format.ts';

/** Token formats of issuers; those that secretlint covers are in `secretlint.ts`. */
export const tokenFormats: readonly TokenFormat[] = [
  {
    rule: 'commandcenter-token',
    anchors: ['cct_'],
    pattern: /cct_[0-9a-hjkmnp-tv-z]{39}/y,
    // Ignore tokens without a valid checksum, because the CommandCenter server rejects them.
    severity: (token) => (hasApiTokenChecksum(token) ? 'critical' : undefined),
  },
  {
    rule: 'aws-access-key',
    anchors: ['AKIA', 'ASIA'],
    // Skip key ids in signed URLs (after `Credential=`), which are not secret.
    pattern: /(?<!Credential=)A[KS]IA[A-Z0-9]{16}(?![A-Z0-9])/y,
  },
  {
    rule: 'github-token',
    anchors: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /gh[pousr]_(?:[A-Za-z0-9]{76}|[A-Za-z0-9]{36})(?![A-Za-z0-9])/y,
    // GitHub's checksum is not verified, because GitHub Enterprise and older servers issued tokens without one.
  },
  { rule: 'github-token', anchors: ['github_pat_'], pattern: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/y },
  {
    rule: 'github-app-token',
    anchors: ['ghs_'],
    pattern: /ghs_\d{1,20}_eyJ[\w-]{10,500}\.[\w-]{10,500}\.[\w-]{10,500}/y,
  },
  {
    rule: 'gitlab-token',
    anchors: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glsoat-', 'glimt-', 'glagent-', 'gloas-'],
    pattern: /gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|oas)-[\w-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?/y,
  },
  { rule: 'gitlab-runner-token', anchors: ['GR1348941'], pattern: /GR1348941[\w-]{20}/y },
  {
    rule: 'slack-token',
    anchors: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxe-', 'xoxe.'],
    pattern: /xox(?:[bpars]|e(?:\.xox[bp])?)-(?:\d-)?\d{8,15}[A-Za-z0-9-]{16,250}/y,
  },
  { rule: 'slack-app-token', anchors: ['xapp-'], pattern: /xapp-\d-[A-Z0-9]{9,13}-\d{10,14}-[a-f0-9]{40,80}/y },
  {
    rule: 'slack-webhook',
    anchors: ['hooks.slack.com/'],
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Z0-9]{8,13}\/[A-Z0-9]{8,20}\/[A-Za-z0-9]{20,32}/y,
    severity: 'high',
  },
  { rule: 'stripe-live-key', anchors: ['sk_live_', 'rk_live_'], pattern: /[rs]k_live_[A-Za-z0-9]{20,247}/y },
  {
    rule: 'stripe-test-key',
    anchors: ['sk_test_', 'rk_test_'],
    pattern: /[rs]k_test_[A-Za-z0-9]{20,247}/y,
    severity: 'low',
  },
  { rule: 'webhook-secret', anchors: ['whsec_'], pattern: /whsec_[A-Za-z0-9+/]{32,64}={0,2}/y, severity: 'high' },
  { rule: 'npm-token', anchors: ['npm_'], pattern: /npm_[A-Za-z0-9]{36}/y },
  { rule: 'pypi-token', anchors: ['pypi-'], pattern: /pypi-Ag(?:EIcHlwaS5vcmc|ENdGVzdC5weXBpLm9yZw)[\w-]{50,500}/y },
  {
    rule: 'sendgrid-key',
    anchors: ['"SG.', "'SG.", '=SG.', ' SG.', ':SG.', '`SG.', '>SG.', '\nSG.', '/SG.'],
    offset: 1,
    pattern: /SG\.[\w-]{22}\.[\w-]{43}/y,
  },
  {
    rule: 'openai-key',
    anchors: ['sk-proj-', 'sk-svcacct-', 'sk-admin-'],
    pattern: /sk-(?:proj|svcacct|admin)-[\w-]{20,120}T3BlbkFJ[\w-]{20,120}/y,
  },
  { rule: 'openai-key', anchors: ['T3BlbkFJ'], before: 23, pattern: /sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}/y },
  { rule: 'anthropic-key', anchors: ['sk-ant-'], pattern: /sk-ant-(?:api|admin|oat|ort|sid)\d\d-[\w-]{80,130}/y },
  { rule: 'openrouter-key', anchors: ['sk-or-v1-'], pattern: /sk-or-v1-[0-9a-f]{64}/y },
  {
    rule: 'telegram-bot-token',
    anchors: ['0:AA', '1:AA', '2:AA', '3:AA', '4:AA', '5:AA', '6:AA', '7:AA', '8:AA', '9:AA'],
    before: 9,
    pattern: /\d{8,10}:AA[\w-]{33}/y,
  },
  {
    rule: 'discord-webhook',
    anchors: ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60,80}/y,
    severity: 'high',
  },
  {
    rule: 'google-api-key',
    anchors: ['AIza'],
    pattern: /AIza[\w-]{35}/y,
    severity: 'high',
    note: 'The keys of Firebase web apps are public by design: restrict such a key to its site instead.',
  },
  { rule: 'google-oauth-secret', anchors: ['GOCSPX-'], pattern: /GOCSPX-[\w-]{28}/y },
  { rule: 'google-oauth-token', anchors: ['ya29.'], pattern: /ya29\.[\w-]{60,400}/y, severity: 'high' },
  {
    rule: 'azure-storage-key',
    anchors: ['AccountKey='],
    pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/y,
    // Ignore the key of Azure's storage emulator, which is public.
    severity: (token) => (token.startsWith('Eby8vdM02xNOcq') ? undefined : 'critical'),
  },
  { rule: 'azure-shared-access-key', anchors: ['SharedAccessKey='], pattern: /SharedAccessKey=([A-Za-z0-9+/]{43}=)/y },
  { rule: 'age-secret-key', anchors: ['AGE-SECRET-KEY-1'], pattern: /AGE-SECRET-KEY-1[0-9A-Z]{58}/y },
  { rule: 'digitalocean-token', anchors: ['dop_v1_', 'doo_v1_', 'dor_v1_'], pattern: /do[opr]_v1_[0-9a-f]{64}/y },
  { rule: 'planetscale-token', anchors: ['pscale_tkn_', 'pscale_pw_'], pattern: /pscale_(?:tkn|pw)_[\w.=-]{32,64}/y },
  { rule: 'mailgun-key', anchors: ['key-'], pattern: /key-[0-9a-f]{32}/y, severity: 'high' },
  { rule: 'rubygems-key', anchors: ['rubygems_'], pattern: /rubygems_[0-9a-f]{48}/y },
  { rule: 'atlassian-token', anchors: ['ATATT3xFfGF0'], pattern: /ATATT3xFfGF0[\w=-]{150,300}/y },
  { rule: 'sentry-token', anchors: ['sntrys_', 'sntryu_'], pattern: /sntry(?:u_[0-9a-f]{64}|s_eyJ[\w+/=-]{80,400})/y },
];

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CHECKSUM = 7;

/** Returns whether a CommandCenter token ends with the CRC-32 of its beginning, in Crockford's base 32. */
export function hasApiTokenChecksum(token: string): boolean {
  let rest = crc32(token.slice(0, -CHECKSUM));
  let checksum = '';
  for (; checksum.length < CHECKSUM; rest = Math.floor(rest / ALPHABET.length)) {
    checksum = ALPHABET.charAt(rest % ALPHABET.length) + checksum;
  }
  return token.endsWith(checksum);
}
