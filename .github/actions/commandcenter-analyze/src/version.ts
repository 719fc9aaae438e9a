import manifest from '../package.json' with { type: 'json' };

/** Of this Action. */
export const version: string = manifest.version;
