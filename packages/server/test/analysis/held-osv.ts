import type { OsvServer } from '../../../analyzer/src/advisories/testing/osv-server.ts';

/**
 * Makes the OSV API respond to nothing until `release` is called, which holds an analysis in the middle. `asked` resolves at the first
 * request.
 */
export function holdOsv(osv: OsvServer): { asked: Promise<void>; release(): void } {
  const asked = Promise.withResolvers<void>();
  osv.intercept = () => {
    asked.resolve();
    return true;
  };
  return {
    asked: asked.promise,
    release() {
      osv.intercept = null;
    },
  };
}
