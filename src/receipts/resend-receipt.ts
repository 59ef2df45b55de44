import { findAccount } from '../accounts/accounts.store.ts';
import { senderInBrand } from '../accounts/brand.ts';
import { type Actor, recordAudit } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { senderOf } from '../company/company.ts';
import { readMailAddress } from '../mail/address.ts';
import type { Sender } from '../mail/letter.ts';
import { queueLetter } from '../mail/queue-letter.ts';
import { findTemplate } from '../mail/templates.store.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import type { ReceiptParts } from './issue-receipt.ts';
import type { Receipt } from './receipt.ts';
import { receiptLetter } from './receipt-letter.ts';
import { receiptUrl } from './receipt-url.ts';
import { readReceipt } from './receipts.store.ts';

export const MOST_ADDRESSES = 10;

export interface ResendOrder {
  receiptId: string;
  /** Addresses as typed: commas, semicolons, blanks or line ends between them. */
  to: string;
  actor: Actor & { id: string };
  /** Made with the form: the same form sent twice is one letter. */
  sendId: string;
}

/**
 * Sends the letter of a receipt once more, in the name of the company, or of the account's brand, as it is called now.
 * Errors: `fields-invalid` (422) for the addresses, 404.
 */
export async function resendReceipt(parts: ReceiptParts, order: ResendOrder): Promise<void> {
  const { db } = parts;
  const to = readRecipients(order.to);
  await db.tx(async () => {
    const receipt = await readReceipt(db, order.receiptId);
    const letterId = await queueLetter(
      parts,
      receiptLetter(
        { ...receipt, url: receiptUrl(parts, receipt) },
        {
          key: `receipt-${receipt.paymentId}-${order.sendId}`,
          to,
          sender: await senderNow(db, receipt),
          createdBy: order.actor.id,
          template: await findTemplate(db, {
            kind: 'receipt',
            accountId: receipt.accountId,
            language: receipt.content.language,
          }),
        },
      ),
    );
    if (!letterId) return;
    await recordAudit(parts, {
      actor: order.actor,
      action: 'receipt.sent-again',
      subjectKind: 'receipt',
      subjectId: receipt.id,
      detail: { letterId, to },
    });
  });
}

async function senderNow(db: Db, { accountId }: Receipt): Promise<Sender> {
  const account = accountId ? await findAccount(db, accountId) : undefined;
  return senderInBrand(senderOf(await readCompany(db)), account?.brand);
}

function readRecipients(text: string): string[] {
  const typed = text.split(/[\s,;]+/).filter(Boolean);
  const wrong = typed.find((address) => !readMailAddress(address));
  if (wrong) throw refuseFields({ to: `"${wrong.slice(0, 80)}" is not an e-mail address that we can write to.` });
  const to = [...new Set(typed.flatMap((address) => readMailAddress(address) ?? []))];
  if (to.length === 0) throw refuseFields({ to: 'Enter at least one e-mail address.' });
  if (to.length > MOST_ADDRESSES) throw refuseFields({ to: `Write to at most ${MOST_ADDRESSES} addresses at once.` });
  return to;
}
