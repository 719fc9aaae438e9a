import { type Candidate, type Detector, ranks } from '../detector.ts';
import { isPlaceholder, isReference } from '../harmless-values.ts';

const SETTING = /(?:_authToken|_auth|_password)["']?[ ]?[=:][ ]?["']?([A-Za-z0-9+/_.~-]{16,500}={0,2})/y;

/**
 * Detects registry credentials in an `.npmrc`:
 * https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration
 */
export const npmrcDetector: Detector = {
  anchors: [':_authToken', ':_auth=', ':_password=', ':_auth =', ':_password ='],
  exact: true,
  detect({ text }, at): Candidate | undefined {
    SETTING.lastIndex = at + 1;
    const match = SETTING.exec(text);
    const secret = match?.[1];
    if (match === null || secret === undefined || isReference(secret) || isPlaceholder(secret)) return undefined;
    const start = at + 1 + match[0].length - secret.length;
    return {
      rule: 'registry-credentials',
      start,
      end: start + secret.length,
      severity: 'critical',
      rank: ranks.format,
      guessable: false,
    };
  },
};
