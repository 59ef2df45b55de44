import { findAccount } from '../accounts/accounts.store.ts';
import { inBrandOf, senderInBrand } from '../accounts/brand.ts';
import { readCompany } from '../company/company.store.ts';
import { senderOf } from '../company/company.ts';
import type { LetterDraft } from '../mail/letter.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import type { Clock } from '../platform/clock.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { showDate } from '../platform/show-time.ts';
import { brandName } from '../words/card-brand.ts';
import { wordsFor } from '../words/words.ts';
import type { Refund } from './refund.ts';

/** The letter that tells a customer of money given back; undefined where they left no address. */
export async function writeRefundLetter(
  { db, clock }: { db: Db; clock: Clock },
  refund: Refund,
  deposit: Payable,
): Promise<LetterDraft | undefined> {
  const customer = await db.read
    .selectFrom('customer')
    .select(['email', 'language', 'name', 'number'])
    .where('id', '=', refund.customerId)
    .executeTakeFirstOrThrow();
  if (!customer.email.trim()) return undefined;
  const [ours, account, paid] = await Promise.all([
    readCompany(db),
    refund.accountId ? findAccount(db, refund.accountId) : undefined,
    paidFrom(db, refund),
  ]);
  const company = account ? inBrandOf(ours, account.brand) : ours;
  const words = wordsFor(customer.language).refund;
  const amount = showMoneyWithCode({ amountMinor: refund.amountMinor, currency: refund.currency }, customer.language);
  const card = paid && words.card(brandName(paid.card_brand ?? ''), paid.card_last4 ?? '');
  return {
    key: `refund-${refund.id}`,
    kind: 'refund',
    to: [customer.email.trim()],
    language: customer.language,
    sender: senderInBrand(senderOf(company), account?.brand),
    subject: words.subject(company.tradingName, amount),
    body: {
      heading: words.heading,
      paragraphs: [
        ...(account?.livemode === false ? [wordsFor(customer.language).receipt.test] : []),
        words.given(company.tradingName, amount, deposit.number),
        ...(card ? [words.cardTakesDays] : []),
      ],
      facts: [
        { label: words.facts.amount, value: amount, strong: true },
        { label: words.facts.method, value: card ?? words.methods[refund.method] },
        ...(refund.reference ? [{ label: words.facts.reference, value: refund.reference }] : []),
        { label: words.facts.date, value: showDate(nowIso(clock), company.timeZone, customer.language) },
        { label: words.facts.customer, value: `${customer.name} (${customer.number})` },
      ],
      closing: [],
    },
    customerId: refund.customerId,
    subjectId: refund.id,
    createdBy: refund.createdBy,
  };
}

async function paidFrom(db: Db, { paymentId }: Refund) {
  if (!paymentId) return undefined;
  return db.read
    .selectFrom('payment')
    .select(['card_brand', 'card_last4'])
    .where('id', '=', paymentId)
    .executeTakeFirst();
}
