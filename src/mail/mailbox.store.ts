import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import type { LetterRow } from './outbox.store.ts';

export type ListedLetter = Pick<
  LetterRow,
  'id' | 'kind' | 'to_addresses' | 'subject' | 'state' | 'tries' | 'next_try_at' | 'last_response' | 'created_at'
>;

export interface MailboxFilter {
  state?: LetterRow['state'] | undefined;
  kind?: string | undefined;
  /** The id after which an older page begins. */
  before?: string | undefined;
}

/** A page of letters, newest first. */
export async function listLetters(db: Db, { state, kind, before }: MailboxFilter): Promise<KeysetPage<ListedLetter>> {
  let query = db.read
    .selectFrom('letter')
    .select(['id', 'kind', 'to_addresses', 'subject', 'state', 'tries', 'next_try_at', 'last_response', 'created_at'])
    .orderBy('id', 'desc')
    .limit(PAGE_SIZE + 1);
  if (state) query = query.where('state', '=', state);
  // Few are not accepted: SQLite, which has no statistics, is kept from beginning with all of a kind.
  const byState = state && state !== 'accepted';
  if (kind) query = query.where(byState ? sql<boolean>`kind || '' = ${kind}` : sql<boolean>`kind = ${kind}`);
  if (before) query = query.where('id', '<', before);
  return keysetPage(await query.execute());
}

/** One letter with the name of who had it sent; undefined when there is none. */
export async function readLetter(db: Db, id: string): Promise<(LetterRow & { creator: string | null }) | undefined> {
  return db.read
    .selectFrom('letter')
    .leftJoin('person', 'person.id', 'letter.created_by')
    .selectAll('letter')
    .select('person.name as creator')
    .where('letter.id', '=', id)
    .executeTakeFirst();
}
