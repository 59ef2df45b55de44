const CODES = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505']);

/** True when a statement failed because a unique index holds the same value already, on either engine. */
export function isUniqueViolation(error: unknown): boolean {
  return CODES.has((error as { code?: string } | undefined)?.code ?? '');
}
