import type { Account } from '../accounts/account.ts';
import { findAccount } from '../accounts/accounts.store.ts';
import { inBrandOf, senderInBrand } from '../accounts/brand.ts';
import { recordAudit, SYSTEM } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { type Company, senderOf } from '../company/company.ts';
import { letterheadOf } from '../company/letterhead.ts';
import type { Sender } from '../mail/letter.ts';
import { queueLetter } from '../mail/queue-letter.ts';
import { findTemplate } from '../mail/templates.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Db } from '../platform/database/database.ts';
import { nextNumber } from '../platform/database/next-number.ts';
import { newId } from '../platform/ids.ts';
import type { Renderer } from '../platform/web/render.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import type { ReceiptContent, SettledPayment } from './receipt.ts';
import { receiptLetter } from './receipt-letter.ts';
import { receiptUrl } from './receipt-url.ts';

export interface ReceiptParts {
  db: Db;
  clock: Clock;
  renderer: Renderer;
  config: Pick<Config, 'baseUrl' | 'mailFrom'>;
  linkTokens: LinkTokens;
}

/**
 * Writes the receipt of a payment that is being settled and puts its letter into the outbox. Call it in the settling
 * transaction: the number is taken and the receipt exists only if that commits. Gives its id and number.
 * Errors: a second receipt for the same payment (unique index).
 */
export async function issueReceipt(
  parts: ReceiptParts,
  settled: SettledPayment,
): Promise<{ id: string; number: number }> {
  const { db, clock } = parts;
  return db.tx(async () => {
    const issuedAt = nowIso(clock);
    const account = settled.accountId ? await findAccount(db, settled.accountId) : undefined;
    const ours = await readCompany(db);
    const company = account ? inBrandOf(ours, account.brand) : ours;
    const content = await snapshot(db, settled, { company, account, issuedAt });
    const id = newId('rcp');
    const number = await nextNumber(db, 'receipt', 1);
    await db.q
      .insertInto('receipt')
      .values({
        id,
        number,
        payment_id: settled.paymentId,
        customer_id: settled.customerId,
        account_id: settled.accountId ?? null,
        currency: settled.currency,
        amount_minor: settled.amountMinor,
        issued_at: issuedAt,
        content: JSON.stringify(content),
        reviewed_at: null,
        reviewed_by: null,
        review_note: null,
        method: settled.method,
        channel: settled.channel,
        card_last4: settled.card?.last4 ?? null,
        authorization_code: settled.authorizationCode?.toUpperCase() ?? null,
      })
      .execute();
    await recordAudit(parts, {
      actor: settled.createdBy ? { kind: 'person', id: settled.createdBy } : SYSTEM,
      action: 'receipt.issued',
      subjectKind: 'receipt',
      subjectId: id,
      detail: { number, paymentId: settled.paymentId },
    });
    const sender = senderInBrand(senderOf(company), account?.brand);
    await sendFirst(parts, { id, number, content, settled, sender });
    return { id, number };
  });
}

/** What the receipt will show for good. */
async function snapshot(
  db: Db,
  settled: SettledPayment,
  { company, account, issuedAt }: { company: Company; account: Account | undefined; issuedAt: string },
): Promise<ReceiptContent> {
  const customer = await db.q
    .selectFrom('customer')
    .select(['number', 'name', 'email', 'language'])
    .where('id', '=', settled.customerId)
    .executeTakeFirstOrThrow();
  return {
    issuedAt,
    paidAt: settled.paidAt,
    timeZone: company.timeZone,
    language: customer.language,
    company: { ...letterheadOf(company), refundTerms: company.refundTerms },
    customer: { number: customer.number, name: customer.name, email: customer.email },
    accountName: account?.name,
    testMode: account?.livemode === false,
    method: settled.method,
    channel: settled.channel,
    amountMinor: settled.amountMinor,
    currency: settled.currency,
    excessMinor: settled.excessMinor,
    lines: settled.lines,
    card: settled.card && { brand: settled.card.brand, last4: settled.card.last4 },
    authorizationCode: settled.authorizationCode,
    gatewayRef: settled.gatewayRef,
    reference: settled.reference || undefined,
  };
}

/** Nobody is written to where that is not wanted, or where neither the payer nor the customer left an address. */
async function sendFirst(
  parts: ReceiptParts,
  issued: { id: string; number: number; content: ReceiptContent; settled: SettledPayment; sender: Sender },
): Promise<void> {
  const { id, number, content, settled, sender } = issued;
  if (settled.payerEmail === undefined) return;
  const to = settled.payerEmail.trim() || content.customer.email.trim();
  if (!to) return;
  const template = await findTemplate(parts.db, {
    kind: 'receipt',
    accountId: settled.accountId,
    language: content.language,
  });
  const url = receiptUrl(parts, { id, issuedAt: content.issuedAt });
  await queueLetter(
    parts,
    receiptLetter(
      { id, number, customerId: settled.customerId, content, url },
      { key: `receipt-${settled.paymentId}`, to: [to], sender, createdBy: settled.createdBy, template },
    ),
  );
}
