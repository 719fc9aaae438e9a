import type { AccessRule } from './access-rules.ts';
import type { Credential } from './credentials.ts';

/** The expected response to a request: it is admitted, or refused with this HTTP status. */
export type Expected = 'let in' | 401 | 403 | 404;

/** Returns the access that the rule gives the credential. Applies the rule in the server's order: identity, scopes, project. */
export function expectedAccess(rule: AccessRule, credential: Credential): Expected {
  const { needs, about } = rule;
  if (needs === 'anybody') return 'let in';
  if (needs === 'nobody') return 401;
  if (credential.state === 'invalid') return 401;
  if (credential.state === 'none') {
    if (needs === 'token or none') return 'let in';
    if (rule.orLink !== true || credential.link === undefined) return 401;
    return credential.link === 'own' ? 'let in' : 403;
  }
  if (typeof needs !== 'string' && !needs.every((scope) => credential.scopes.includes(scope))) return 403;
  switch (about) {
    case 'installation':
      return credential.isBound ? 403 : 'let in';
    case 'token':
      return credential.ownsTokens ? 'let in' : 404;
    case 'project':
      return credential.reachesProject ? 'let in' : 404;
    case 'job':
      if (!credential.reachesProject) return 404;
      return credential.repository === 'other' ? ((rule.otherRepository ?? 404) as Expected) : 'let in';
    default:
      return 'let in';
  }
}
