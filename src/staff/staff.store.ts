import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { PersonTable } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';
import { emailKey, type Person } from './person.ts';

const COLUMNS = [
  'id',
  'email',
  'email_key',
  'name',
  'role',
  'password_hash',
  'created_at',
  'last_sign_in_at',
  'disabled_at',
  'session_epoch',
] as const;

function personOf(row: Selectable<PersonTable>): Person {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    hasPassword: row.password_hash !== null,
    disabledAt: row.disabled_at ?? undefined,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at ?? undefined,
    sessionEpoch: row.session_epoch,
  };
}

/** The person of that id, or none. */
export async function findPerson(db: Db, id: string): Promise<Person | undefined> {
  const row = await db.read.selectFrom('person').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row && personOf(row);
}

/** Errors: 404 when there is none of that id. */
export async function readPerson(db: Db, id: string): Promise<Person> {
  const person = await findPerson(db, id);
  if (!person) throw notFound('person');
  return person;
}

/** The person with that e-mail address, with the stored hash of the password: for sign-in only. */
export async function findByEmail(
  db: Db,
  email: string,
): Promise<{ person: Person; passwordHash: string | null } | undefined> {
  const row = await db.read
    .selectFrom('person')
    .select(COLUMNS)
    .where('email_key', '=', emailKey(email))
    .executeTakeFirst();
  return row && { person: personOf(row), passwordHash: row.password_hash };
}

/** The stored hash of somebody's password; null before the invitation is accepted. */
export async function passwordHashOf(db: Db, id: string): Promise<string | null> {
  const row = await db.read.selectFrom('person').select('password_hash').where('id', '=', id).executeTakeFirst();
  return row?.password_hash ?? null;
}

/** Everybody, by name; a company has few enough people for one page. */
export async function listPeople(db: Db): Promise<Person[]> {
  const rows = await db.read.selectFrom('person').select(COLUMNS).orderBy('name').orderBy('id').execute();
  return rows.map(personOf);
}

const HISTORY_LINES = 50;

export interface HistoryLine {
  at: string;
  action: string;
  actorKind: string;
  actorName: string | undefined;
}

/** What somebody did with their account and what was done to it, newest first; sign-ins are many, so it is cut off. */
export async function accountHistory(db: Db, personId: string): Promise<HistoryLine[]> {
  const rows = await db.read
    .selectFrom('audit')
    .leftJoin('person', 'person.id', 'audit.actor_id')
    .select(['audit.at', 'audit.action', 'audit.actor_kind', 'person.name'])
    .where('audit.subject_id', '=', personId)
    .orderBy('audit.seq', 'desc')
    .limit(HISTORY_LINES)
    .execute();
  return rows.map((row) => ({
    at: row.at,
    action: row.action,
    actorKind: row.actor_kind,
    actorName: row.name ?? undefined,
  }));
}
