const FOREIGN_KEY_VIOLATION = '23503';

/**
 * Returns the name of the referenced row that does not exist (`project`, `integration`) when a foreign key caused the error. The row
 * existed when the request was checked and has been deleted since. PostgreSQL derives the constraint's name from the column:
 * `tasks_project_id_fkey`.
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
