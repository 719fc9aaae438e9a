import type { Detector } from '../detector.ts';
import { assignmentDetector } from './assignment.ts';
import { authorizationDetector } from './authorization.ts';
import { connectionUrlDetector } from './connection-url.ts';
import { jwtDetector } from './jwt.ts';
import { npmrcDetector } from './npmrc.ts';
import { encodedPemDetector, jwkDetector, pemDetector, puttyKeyDetector } from './private-key.ts';
import { tokenDetector } from './token-format.ts';
import { tokenFormats } from './token-formats.ts';

/** All detectors except secretlint's rules. */
export const detectors: readonly Detector[] = [
  ...tokenFormats.map(tokenDetector),
  pemDetector,
  encodedPemDetector,
  puttyKeyDetector,
  jwkDetector,
  jwtDetector,
  connectionUrlDetector,
  npmrcDetector,
  authorizationDetector,
  assignmentDetector,
];
