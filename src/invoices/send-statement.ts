import { type Actor, recordAudit } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { senderOf } from '../company/company.ts';
import { readMailAddress } from '../mail/address.ts';
import type { LetterDraft, Sender } from '../mail/letter.ts';
import { type QueueParts, queueLetter } from '../mail/queue-letter.ts';
import { paths } from '../paths.ts';
import { nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import { wordsFor } from '../words/words.ts';
import { type KeptStatement, readStatement } from './statement.store.ts';
import { STATEMENT_DAYS } from './statement.ts';
import { statementView } from './statement-view.ts';

export interface StatementOrder {
  customerId: string;
  /** Days of the company's, both included. */
  from: string;
  to: string;
  /** One address, as typed. */
  address: string;
  /** Made with the form: the same form sent twice is one letter. */
  submissionId: string;
  actor: Actor & { id: string };
}

/**
 * Keeps a customer's statement as the books have it now and mails the link to it: what the customer opens stays what it
 * was. Errors: 404; Refusal `fields-invalid` (422) for the address, or for more than a paper can hold.
 */
export async function sendStatement(
  parts: QueueParts & { linkTokens: LinkTokens },
  { customerId, from, to, address, submissionId, actor }: StatementOrder,
): Promise<void> {
  const { db, clock, config, linkTokens } = parts;
  const recipient = readMailAddress(address.trim());
  if (!recipient) throw refuseFields({ address: 'Enter one e-mail address that we can write to.' });
  await db.tx(async () => {
    const content = await readStatement(db, customerId, { from, to });
    const kept: KeptStatement = { id: newId('stm'), customerId, createdAt: nowIso(clock), content };
    const added = await db.q
      .insertInto('customer_statement')
      .values({
        id: kept.id,
        customer_id: customerId,
        from_on: from,
        to_on: to,
        content: JSON.stringify(content),
        submission_id: submissionId,
        created_by: actor.id,
        created_at: kept.createdAt,
      })
      .onConflict((clash) => clash.column('submission_id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) return;
    const token = linkTokens.sign('statement', kept.id, kept.createdAt);
    const url = `${config.baseUrl}${paths.customerStatement(token)}`;
    const sender = senderOf(await readCompany(db));
    const letterId = await queueLetter(
      parts,
      statementLetter(kept, { url, to: recipient, sender, createdBy: actor.id }),
    );
    await recordAudit(parts, {
      actor,
      action: 'customer.statement-sent',
      subjectKind: 'customer',
      subjectId: customerId,
      detail: { statementId: kept.id, letterId, to: recipient, range: `${from} – ${to}` },
    });
  });
}

function statementLetter(
  { id, customerId, content }: KeptStatement,
  { url, to, sender, createdBy }: { url: string; to: string; sender: Sender; createdBy: string },
): LetterDraft {
  const { customer, company } = content;
  const words = wordsFor(customer.language).statement;
  const view = statementView(content);
  return {
    key: `statement-${id}`,
    kind: 'statement',
    to: [to],
    language: customer.language,
    sender,
    subject: words.letter.subject(company.tradingName, view.until),
    body: {
      heading: words.letter.heading,
      paragraphs: [words.letter.greeting(customer.name), words.letter.text(company.tradingName, view.period)],
      facts: [
        ...view.balances.map((value) => ({ label: view.balanceLabel, value, strong: true })),
        { label: words.facts.customer, value: `${customer.name} (${customer.number})` },
      ],
      action: { label: words.letter.open, url },
      closing: [words.letter.keep(STATEMENT_DAYS)],
    },
    customerId,
    subjectId: id,
    createdBy,
  };
}
