const FOREIGN_KEY_VIOLATION = '23503';

/**
 * What a row was to refer to and is not there, when that is why the database refused it: `project`, `integration`. It was found before,
 * so that it was deleted meanwhile. PostgreSQL names the constraint of a column itself: `tasks_project_id_fkey`.
 */
export function missingReference(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, table, constraint } = error as Error & { code?: unknown; table?: unknown; constraint?: unknown };
  if (code !== FOREIGN_KEY_VIOLATION || typeof constraint !== 'string') return undefined;
  return constraint
    .slice(String(table).length + 1)
    .replace(/_id_fkey$/, '')
    .replaceAll('_', ' ');
}
