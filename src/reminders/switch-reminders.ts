import { type Actor, recordAudit } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { isDay } from '../invoices/invoice.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { isId } from '../platform/ids.ts';
import { notFound, refuseFields } from '../platform/refusal.ts';
import { addDays, dayInZone } from '../platform/show-time.ts';

const LONGEST_PAUSE_DAYS = 730;

/** What reminders can be switched for, by the beginning of its id. */
const SUBJECTS = { acc: 'account', cus: 'customer', inv: 'invoice' } as const;

export interface SwitchOrder {
  /** An account, a customer or an invoice. */
  subjectId: string;
  state: 'on' | 'off' | 'paused';
  /** For a pause: the day (yyyy-mm-dd) from which reminders go on. */
  until: string;
  actor: Actor & { id: string };
}

/**
 * Switches reminders on, off, or pauses them for one account, customer or invoice.
 * Errors: `fields-invalid` (422) for a day that is none, is past or too far away; 404.
 */
export async function switchReminders(parts: { db: Db; clock: Clock }, order: SwitchOrder): Promise<void> {
  const { db, clock } = parts;
  const { subjectId, state, until, actor } = order;
  const subjectKind = await kindOf(db, subjectId);
  if (state === 'paused') await refuseBadDay(parts, until);
  await db.tx(async () => {
    if (state === 'on') {
      await db.q.deleteFrom('reminder_switch').where('subject_id', '=', subjectId).execute();
    } else {
      const row = {
        state,
        paused_until: state === 'paused' ? until : null,
        changed_by: actor.id,
        changed_at: nowIso(clock),
      };
      await db.q
        .insertInto('reminder_switch')
        .values({ subject_id: subjectId, ...row })
        .onConflict((clash) => clash.column('subject_id').doUpdateSet(row))
        .execute();
    }
    await recordAudit(parts, {
      actor,
      action: `${subjectKind}.reminders-${state}`,
      subjectKind,
      subjectId,
      detail: state === 'paused' ? { until: { to: until } } : {},
    });
  });
}

async function refuseBadDay({ db, clock }: { db: Db; clock: Clock }, until: string): Promise<void> {
  const today = dayInZone(nowIso(clock), (await readCompany(db)).timeZone);
  if (!isDay(until)) throw refuseFields({ until: 'Choose the day from which reminders go on.' });
  if (until <= today) throw refuseFields({ until: 'Choose a day after today: this one is past or has begun.' });
  if (until > addDays(today, LONGEST_PAUSE_DAYS)) {
    throw refuseFields({ until: 'A pause lasts at most two years. Switch reminders off instead.' });
  }
}

async function kindOf(db: Db, subjectId: string): Promise<string> {
  const prefix = subjectId.slice(0, 3);
  if (!(prefix in SUBJECTS) || !isId(subjectId, prefix as keyof typeof SUBJECTS)) throw notFound('customer or invoice');
  const kind = SUBJECTS[prefix as keyof typeof SUBJECTS];
  const found = await db.read
    .selectFrom(kind === 'invoice' ? 'payable' : kind)
    .select('id')
    .where('id', '=', subjectId)
    .executeTakeFirst();
  if (!found) throw notFound(kind);
  return kind;
}
