import { senderInBrand } from '../accounts/brand.ts';
import { recordAudit } from '../audit/record.ts';
import { type Company, senderOf } from '../company/company.ts';
import type { LinkInFull } from '../links/links.store.ts';
import { readMailAddress } from '../mail/address.ts';
import type { LetterDraft } from '../mail/letter.ts';
import { queueLetter } from '../mail/queue-letter.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { HOUR_MS, laterIso, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { showDateTime } from '../platform/show-time.ts';
import { countHit } from '../platform/throttle.ts';
import { wordsFor } from '../words/words.ts';
import { CODE_LIVES_MS, codeHash, newCode } from './access-code.ts';

/** So many codes an hour for one link, one customer, one mail address, and from one address on the net. */
const MOST_PER_HOUR = 3;

/**
 * Mails a code to the address on file, by which a payer proves to be the customer. Gives nothing, whatever was done: who
 * asks must not learn whether there is an address, or cards. A newer code takes the place of an older one.
 */
export async function sendAccessCode(
  parts: PaymentParts,
  { found, company, ip }: { found: LinkInFull; company: Company; ip: string | undefined },
): Promise<void> {
  const { db, clock, config } = parts;
  const { link, customer } = found;
  const address = readMailAddress(customer.email);
  const sources = [`link ${link.id}`, `customer ${customer.id}`, `mail ${address ?? customer.id}`, `ip ${ip ?? ''}`];
  await db.tx(async () => {
    for (const source of sources) {
      if ((await countHit(parts, `access-code ${source}`, HOUR_MS)) > MOST_PER_HOUR) return;
    }
    const [id, code] = [newId('acd'), newCode()];
    const expiresAt = laterIso(clock, CODE_LIVES_MS);
    // Written also where there is nobody to mail it to: the answer then takes no other time and way.
    await db.q
      .insertInto('access_code')
      .values({
        id,
        link_id: link.id,
        customer_id: customer.id,
        code_hash: codeHash(config.encryptionKey, { id, code }),
        sent_at: nowIso(clock),
        expires_at: expiresAt,
        tries: 0,
        used_at: null,
      })
      .execute();
    if (!address) return;
    await queueLetter(parts, codeLetter({ id, code, expiresAt, address }, found, company));
    await recordAudit(parts, {
      actor: { kind: 'customer', id: customer.id, ip },
      action: 'access.code-sent',
      subjectKind: 'customer',
      subjectId: customer.id,
      detail: { linkId: link.id },
    });
  });
}

function codeLetter(
  made: { id: string; code: string; expiresAt: string; address: string },
  { link, customer, account }: LinkInFull,
  company: Company,
): LetterDraft {
  const { language } = customer;
  const words = wordsFor(language).card;
  return {
    key: made.id,
    kind: 'access-code',
    to: [made.address],
    language,
    sender: senderInBrand(senderOf(company), account.brand),
    // The code stands in the letter only: subjects stay readable in the mailbox.
    subject: words.codeSubject(company.tradingName),
    body: {
      heading: words.codeHeading,
      paragraphs: [words.codeAsked(company.tradingName)],
      facts: [{ label: words.codeLabel, value: made.code, strong: true }],
      closing: [words.codeEnds(showDateTime(made.expiresAt, company.timeZone, language)), words.codeUnexpected],
    },
    customerId: customer.id,
    linkId: link.id,
  };
}
