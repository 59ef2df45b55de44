import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import { lockAccount } from './accounts.store.ts';
import { type BrandTexts, brandFaults } from './brand.ts';

/**
 * Changes how an account presents itself to customers, on pages, letters and receipts from now on; the log names the
 * texts that differ. Errors: 404; `fields-invalid` (422).
 */
export async function changeBrand(
  parts: { db: Db; clock: Clock },
  { accountId, texts, actor }: { accountId: string; texts: BrandTexts; actor: Actor },
): Promise<void> {
  const { db } = parts;
  const faults = brandFaults(texts);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  const wanted = { ...texts, colour: texts.colour.toLowerCase() };
  await db.tx(async () => {
    const { brand, statementSuffix } = await lockAccount(db, accountId);
    const before: BrandTexts = { ...brand, statementSuffix };
    const fields = (Object.keys(wanted) as Array<keyof BrandTexts>).filter((field) => wanted[field] !== before[field]);
    if (fields.length === 0) return;
    await db.q
      .updateTable('account')
      .set({
        brand_name: wanted.tradingName,
        brand_colour: wanted.colour,
        support_email: wanted.supportEmail,
        support_phone: wanted.supportPhone,
        statement_suffix: wanted.statementSuffix,
      })
      .where('id', '=', accountId)
      .execute();
    await recordAudit(parts, {
      actor,
      action: 'account.brand-changed',
      subjectKind: 'account',
      subjectId: accountId,
      detail: { fields },
    });
  });
}
