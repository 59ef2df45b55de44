import { findAccount } from '../accounts/accounts.store.ts';
import { inBrandOf, senderInBrand } from '../accounts/brand.ts';
import { readCompany } from '../company/company.store.ts';
import { senderOf } from '../company/company.ts';
import type { LetterDraft } from '../mail/letter.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Config } from '../platform/config.ts';
import type { Db } from '../platform/database/database.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import { wordsFor } from '../words/words.ts';
import type { Refund } from './refund.ts';
import type { RefundReceipt } from './refund-receipt.ts';
import { refundReceiptUrl } from './refund-receipt-url.ts';
import { outcomesOf, refundFacts } from './refund-receipt-view.ts';

/** The letter that tells a customer of money given back; undefined where they left no address. */
export async function writeRefundLetter(
  parts: { db: Db; config: Pick<Config, 'baseUrl'>; linkTokens: LinkTokens },
  refund: Refund,
  receipt: RefundReceipt,
): Promise<LetterDraft | undefined> {
  const { db } = parts;
  const customer = await db.read
    .selectFrom('customer')
    .select('email')
    .where('id', '=', refund.customerId)
    .executeTakeFirstOrThrow();
  if (!customer.email.trim()) return undefined;
  const ours = await readCompany(db);
  const account = refund.accountId ? await findAccount(db, refund.accountId) : undefined;
  const company = account ? inBrandOf(ours, account.brand) : ours;
  const { content } = receipt;
  const { language } = content;
  const words = wordsFor(language).refund;
  const amount = showMoneyWithCode(content, language);
  const documents = content.lines.map((line) => words.document[line.kind](line.number)).join(', ');
  return {
    key: `refund-${refund.id}`,
    kind: 'refund',
    to: [customer.email.trim()],
    language,
    sender: senderInBrand(senderOf(company), account?.brand),
    subject: words.subject(company.tradingName, amount),
    body: {
      heading: words.heading,
      paragraphs: [
        ...(content.testMode ? [words.test] : []),
        words.given(company.tradingName, amount, documents),
        ...outcomesOf(content),
        ...(content.card ? [words.cardTakesDays] : []),
      ],
      facts: [{ label: words.facts.amount, value: amount, strong: true }, ...refundFacts(receipt)],
      action: { label: words.open, url: refundReceiptUrl(parts, receipt) },
      closing: [],
    },
    customerId: refund.customerId,
    subjectId: refund.id,
    createdBy: refund.createdBy,
  };
}
