import type { OsvServer } from '../../../analyzer/src/advisories/testing/osv-server.ts';

/** Lets an OSV API be silent: whoever asks it is in the middle of an analysis, for as long as it takes. */
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
