import manifest from '../package.json' with { type: 'json' };

/** Version of this Action. */
export const version: string = manifest.version;
