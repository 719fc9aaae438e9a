import { type Candidate, ranks } from '../detector.ts';
import { isPlaceholder } from '../harmless-values.ts';
import type { Literal } from '../literal-scanner.ts';

/**
 * The rules of secretlint that are used, with texts that must occur for a rule to find anything. Other rules of its
 * preset have their own detectors here, because the preset reads 5 to 16 MB/s (each rule scans the whole file), its
 * `basicauth`, `npm` and database rules report `user:password@localhost` and `${TOKEN}`, its `github` rule verifies no
 * checksum, and `privatekey` ignores encryption. `filter-comments` is not used, because it lets comments of the scanned
 * repository suppress findings.
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

/** secretlint runs only on files that contain one of these texts. */
export const secretlintAnchors: readonly Literal[] = Object.values(anchorsByRule)
  .flat()
  .map((text) => ({ text, exact: true }));

/** Runs secretlint on a text. The library is loaded on first use, because most repositories do not need it. */
export async function lintSecrets(text: string): Promise<Candidate[]> {
  const [{ lintSource }, { rules }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const { messages } = await lintSource({
    // Use a constant name, so that the result does not depend on the path.
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
    if (isPlaceholder(secret.slice(secret.search(/[_.-]/) + 1))) return [];
    const rule = `${ruleId.replace(PREFIX, '')}-token`;
    return [{ rule, start, end, severity: 'critical', rank: ranks.issuer, guessable: false } satisfies Candidate];
  });
}
