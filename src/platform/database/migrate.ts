import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Db } from './database.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../db/migrations/', import.meta.url));
const ADVISORY_LOCK = 715_001;

/**
 * Brings the schema up to date, in one transaction and once, however many processes start together; or only up to a
 * file, to try an upgrade from there. Gives the names it applied.
 */
export async function migrate(db: Db, last?: string): Promise<string[]> {
  const folder = `${MIGRATIONS}${db.dialect}/`;
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && (last === undefined || name <= last))
    .sort();
  return db.tx(async () => {
    if (db.dialect === 'postgres') await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(db.q);
    await sql`create table if not exists schema_migration (name text primary key)`.execute(db.q);
    const { rows } = await sql<{ name: string }>`select name from schema_migration`.execute(db.q);
    const done = new Set(rows.map((row) => row.name));
    const fresh = names.filter((name) => !done.has(name));
    for (const name of fresh) {
      for (const statement of statementsOf(readFileSync(folder + name, 'utf8'))) await sql.raw(statement).execute(db.q);
      await sql`insert into schema_migration (name) values (${name})`.execute(db.q);
    }
    return fresh;
  });
}

/** Splits at a semicolon that ends a line, but not inside a trigger (`… end;`) or a `$$` body. */
function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('--') || (!open && !line.trim())) continue;
    open += `${line}\n`;
    const inBody = (open.match(/\$\$/g)?.length ?? 0) % 2 === 1;
    if (line.trimEnd().endsWith(';') && !inBody) {
      statements.push(open);
      open = '';
    }
  }
  return statements;
}
