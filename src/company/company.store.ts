import type { Db } from '../platform/database/database.ts';
import { prepared } from '../platform/database/prepared.ts';
import { type Company, UNNAMED_COMPANY } from './company.ts';

// There is one row at most.
const theCompany = prepared((read) => read.selectFrom('company').selectAll());

/** The company's settings; before they are filled in, neutral ones. */
export async function readCompany(db: Db): Promise<Company> {
  const [row] = await theCompany(db, {});
  if (!row) return UNNAMED_COMPANY;
  return {
    tradingName: row.trading_name,
    address: row.address,
    country: row.country,
    taxId: row.tax_id,
    website: row.website,
    supportEmail: row.support_email,
    supportPhone: row.support_phone,
    replyTo: row.reply_to,
    timeZone: row.time_zone,
    refundTerms: row.refund_terms,
    refundLimits: row.refund_limits,
    autoApplyDeposits: row.auto_apply_deposits === 1,
  };
}
