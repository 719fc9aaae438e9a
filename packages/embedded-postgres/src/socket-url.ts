/** Returns the connection URL of a database that listens on a socket in a folder. */
export function socketUrl(socketFolder: string, user: string, database: string): string {
  return `postgresql:///${encodeURIComponent(database)}?host=${encodeURIComponent(socketFolder)}&user=${encodeURIComponent(user)}`;
}
