import { type Candidate, ranks } from '../detector.ts';
import type { Literal } from '../literal-scanner.ts';
import { isStandIn } from '../placeholder.ts';

/**
 * Issuers whose formats secretlint keeps, and what each of its rules needs to find anything. Its other rules have equals here: over
 * ordinary code the whole preset does 5 to 16 MB/s (each rule reads every file from end to end), its `basicauth`, `npm` and database
 * rules report `user:password@localhost` and `${TOKEN}`, its `github` rule tells no checksum, and `privatekey` no encrypted key. That
 * one, which obeys comments of the scanned repository (`filter-comments`), is not used.
 */
const anchorsByRule: Readonly<Record<string, readonly string[]>> = {
  '1password': ['ops_ey'],
  cloudflare: ['cfk_', 'cfut_', 'cfat_'],
  databricks: ['dapi'],
  docker: ['dckr_pat_'],
  figma: ['figd_'],
  grafana: ['glc_', 'glsa_'],
  groq: ['gsk_'],
  'hashicorp-vault': ['hvs.', 'hvb.', 'hvr.'],
  huggingface: [' hf_', '"hf_', "'hf_", '=hf_', ':hf_', '`hf_', '>hf_', '\nhf_', '/hf_'],
  linear: ['lin_api_'],
  notion: ['ntn_'],
  shopify: ['shppa_', 'shpca_', 'shpat_', 'shpss_'],
  tailscale: ['tskey-'],
  vercel: ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'],
};

const PREFIX = '@secretlint/secretlint-rule-';

/** Where one of these stands, secretlint has to look. */
export const secretlintAnchors: readonly Literal[] = Object.values(anchorsByRule)
  .flat()
  .map((text) => ({ text, exact: true }));

/** What secretlint finds in a text. It is loaded when it is first needed: most repositories never need it. */
export async function lintSecrets(text: string): Promise<Candidate[]> {
  const [{ lintSource }, { rules }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const { messages } = await lintSource({
    // Without a name of its own: nothing depends on where the file is.
    source: { filePath: 'file.txt', content: text, ext: '.txt', contentType: 'text' },
    options: {
      noPhysicFilePath: true,
      config: {
        rules: rules
          .filter(({ meta }) => Object.hasOwn(anchorsByRule, meta.id.replace(PREFIX, '')))
          .map((rule) => ({ id: rule.meta.id, rule })),
      },
    },
  });
  return messages.flatMap(({ ruleId, range: [start, end] }) => {
    const secret = text.slice(start, end);
    if (isStandIn(secret.slice(secret.search(/[_.-]/) + 1))) return [];
    const rule = `${ruleId.replace(PREFIX, '')}-token`;
    return [{ rule, start, end, severity: 'critical', rank: ranks.issuer, guessable: false } satisfies Candidate];
  });
}
