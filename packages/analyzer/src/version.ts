import packageJson from '../package.json' with { type: 'json' };

/** Version of the analyzer, from package.json. */
export const version: string = packageJson.version;
