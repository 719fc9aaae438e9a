import packageJson from '../package.json' with { type: 'json' };

/** Of the analyzer. */
export const version: string = packageJson.version;
