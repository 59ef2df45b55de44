import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import { readCompany } from './company.store.ts';
import { type Company, companyFaults } from './company.ts';

/** Changes the settings; the log names the fields that differ. Errors: `fields-invalid` (422). */
export async function changeCompany(parts: { db: Db; clock: Clock }, wanted: Company, actor: Actor): Promise<void> {
  const { db, clock } = parts;
  const faults = companyFaults(wanted);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  await db.tx(async () => {
    const before = await readCompany(db);
    const fields = (Object.keys(wanted) as Array<keyof Company>).filter((field) => wanted[field] !== before[field]);
    if (fields.length === 0) return;
    const row = {
      trading_name: wanted.tradingName,
      address: wanted.address,
      country: wanted.country,
      tax_id: wanted.taxId,
      website: wanted.website,
      support_email: wanted.supportEmail,
      support_phone: wanted.supportPhone,
      reply_to: wanted.replyTo,
      time_zone: wanted.timeZone,
      refund_terms: wanted.refundTerms,
      refund_limits: wanted.refundLimits,
      auto_apply_deposits: wanted.autoApplyDeposits ? (1 as const) : (0 as const),
      updated_at: nowIso(clock),
    };
    await db.q
      .insertInto('company')
      .values({ id: 'company', ...row })
      .onConflict((clash) => clash.column('id').doUpdateSet(row))
      .execute();
    await recordAudit(parts, {
      actor,
      action: 'company.changed',
      subjectKind: 'company',
      subjectId: 'company',
      detail: { fields },
    });
  });
}
