import { readCompany } from '../company/company.store.ts';
import { holdsSecretLink } from '../mail/letter.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import { findReceipt } from '../receipts/receipts.store.ts';
import type { Dispute } from './dispute.ts';
import { type Evidence, type EvidenceDocument, type EvidenceLetter, withoutTokens } from './evidence.ts';

/** What one case may hold at most: papers that a bank reads, not an archive. */
const MOST_LETTERS = 60;
const MOST_EARLIER = 30;
const MOST_LINES = 200;

/** Gathers all that is kept about a disputed payment. Errors: `no-payment` (409) for a charge that we do not know. */
export async function readEvidence(db: Db, dispute: Dispute): Promise<Evidence> {
  const payment = await db.read
    .selectFrom('payment')
    .selectAll()
    .where('id', '=', dispute.paymentId ?? '')
    .executeTakeFirst();
  if (!payment) {
    throw new Refusal('no-payment', 409, 'This charge is no payment of ours, so nothing is kept about it here.');
  }
  const { id: paymentId, customer_id: customerId } = payment;
  const receiptRow = await db.read
    .selectFrom('receipt')
    .select('id')
    .where('payment_id', '=', paymentId)
    .executeTakeFirst();
  const documents = await documentsOf(db, paymentId);
  const payableIds = documents.map((one) => one.id);
  const linkIds = await linksOf(db, payableIds, payment.link_id);
  const [company, customer, row, tries, letters, opens, consents, refunds, earlier, receipt] = await Promise.all([
    readCompany(db),
    db.read.selectFrom('customer').selectAll().where('id', '=', customerId).executeTakeFirstOrThrow(),
    db.read.selectFrom('dispute').select('checks').where('id', '=', dispute.id).executeTakeFirstOrThrow(),
    triesOf(db, paymentId),
    lettersOf(db, { linkIds, payableIds, subjectIds: receiptRow ? [receiptRow.id] : [], paymentId }),
    opensOf(db, linkIds),
    consentsOf(db, paymentId, customerId),
    refundsOf(db, paymentId),
    earlierOf(db, payment),
    receiptRow ? findReceipt(db, receiptRow.id) : undefined,
  ]);
  return {
    dispute,
    company,
    payment: {
      id: paymentId,
      gatewayRef: payment.gateway_ref ?? '',
      amountMinor: payment.amount_minor,
      currency: payment.currency,
      paidAt: payment.paid_at ?? payment.created_at,
      cardBrand: payment.card_brand ?? '',
      cardLast4: payment.card_last4 ?? '',
      authorizationCode: payment.authorization_code ?? '',
    },
    checks: row.checks ? JSON.parse(row.checks) : undefined,
    customer: {
      number: customer.number,
      name: customer.name,
      email: customer.email,
      address: customer.address,
      since: customer.created_at,
    },
    documents,
    ...{ tries, letters, opens, consents, refunds, earlier, receipt },
  };
}

async function documentsOf(db: Db, paymentId: string): Promise<Array<EvidenceDocument & { id: string }>> {
  const rows = await db.read
    .selectFrom('payment_payable')
    .innerJoin('payable', 'payable.id', 'payment_payable.payable_id')
    .leftJoin('invoice', 'invoice.payable_id', 'payable.id')
    .leftJoin('deposit', 'deposit.payable_id', 'payable.id')
    .select(['payable.id', 'payable.kind', 'payable.number', 'payable.total_minor', 'payment_payable.amount_minor'])
    .select(['invoice.issued_on', 'invoice.order_reference as invoice_order'])
    .select('deposit.order_reference as deposit_order')
    .where('payment_payable.payment_id', '=', paymentId)
    .orderBy('payable.id')
    .execute();
  const lines = await db.read
    .selectFrom('invoice_line')
    .selectAll()
    .where(
      'payable_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('payable_id')
    .orderBy('position')
    .limit(MOST_LINES)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    number: row.number,
    issuedOn: row.issued_on ?? '',
    totalMinor: row.total_minor,
    settledMinor: row.amount_minor,
    orderReference: row.invoice_order ?? row.deposit_order ?? '',
    lines: lines
      .filter((line) => line.payable_id === row.id)
      .map((line) => ({ description: line.description, quantity: line.quantity, amountMinor: line.amount_minor })),
  }));
}

async function linksOf(db: Db, payableIds: string[], paidThrough: string | null): Promise<string[]> {
  const rows = await db.read
    .selectFrom('link_payable')
    .select('link_id')
    .where('payable_id', 'in', payableIds)
    .execute();
  return [...new Set([...rows.map((row) => row.link_id), ...(paidThrough ? [paidThrough] : [])])];
}

async function triesOf(db: Db, paymentId: string): Promise<Evidence['tries']> {
  const rows = await db.read
    .selectFrom('attempt')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .orderBy('id')
    .limit(50)
    .execute();
  return rows.map((row) => ({
    at: row.created_at,
    state: row.state,
    presence: row.presence,
    address: row.ip,
    // In the office it is that of our staff, which says nothing of the customer.
    browser: row.presence === 'payer' ? row.user_agent : '',
    email: row.payer_email,
    wording: row.save_card === 1 ? row.consent_wording : '',
    savedCard: row.saved_card_id !== null,
  }));
}

/** Letters with a link to the documents, the receipt, reminders; none that let somebody in. */
async function lettersOf(
  db: Db,
  {
    linkIds,
    payableIds,
    subjectIds,
    paymentId,
  }: { linkIds: string[]; payableIds: string[]; subjectIds: string[]; paymentId: string },
): Promise<EvidenceLetter[]> {
  const rows = await db.read
    .selectFrom('letter')
    .selectAll()
    .where(({ or, eb, selectFrom }) =>
      or([
        ...(linkIds.length > 0 ? [eb('link_id', 'in', linkIds)] : []),
        ...(subjectIds.length > 0 ? [eb('subject_id', 'in', subjectIds)] : []),
        eb('subject_id', 'in', selectFrom('refund').select('id').where('payment_id', '=', paymentId)),
        eb(
          'id',
          'in',
          selectFrom('reminder')
            .select('letter_id')
            .where('payable_id', 'in', payableIds)
            .where('letter_id', 'is not', null)
            .$castTo<{ letter_id: string }>(),
        ),
      ]),
    )
    .orderBy('id')
    .limit(MOST_LETTERS)
    .execute();
  return rows
    .filter((row) => !holdsSecretLink(row.kind))
    .map((row) => ({
      at: row.created_at,
      acceptedAt: row.state === 'accepted' ? (row.ended_at ?? '') : '',
      kind: row.kind,
      to: JSON.parse(row.to_addresses),
      subject: row.subject,
      state: row.state,
      messageId: row.message_id,
      text: withoutTokens(row.body_text).slice(0, 20_000),
    }));
}

async function opensOf(db: Db, linkIds: string[]): Promise<Evidence['opens']> {
  if (linkIds.length === 0) return [];
  const rows = await db.read
    .selectFrom('link_visit')
    .selectAll()
    .where('link_id', 'in', linkIds)
    .where('person_opens', '>', 0)
    .orderBy('link_id')
    .execute();
  return rows.map((row) => ({
    linkId: row.link_id,
    count: row.person_opens,
    firstAt: row.opened_at ?? '',
    lastAt: row.last_opened_at ?? row.opened_at ?? '',
  }));
}

/** Of the card that was charged, and of the payment itself. */
async function consentsOf(db: Db, paymentId: string, customerId: string): Promise<Evidence['consents']> {
  const rows = await db.read
    .selectFrom('consent')
    .leftJoin('person', 'person.id', 'consent.recorded_by')
    .selectAll('consent')
    .select('person.name')
    .where('consent.customer_id', '=', customerId)
    .where(({ or, eb, selectFrom }) =>
      or([
        eb('consent.attempt_id', 'in', selectFrom('attempt').select('id').where('payment_id', '=', paymentId)),
        eb(
          'consent.saved_card_id',
          'in',
          selectFrom('attempt')
            .select('saved_card_id')
            .where('payment_id', '=', paymentId)
            .where('saved_card_id', 'is not', null)
            .$castTo<{ saved_card_id: string }>(),
        ),
      ]),
    )
    .orderBy('consent.id')
    .execute();
  return rows.map((row) => ({
    wording: row.wording,
    at: row.agreed_at,
    address: row.ip,
    recordedBy: row.name ?? '',
    withdrawnAt: row.withdrawn_at ?? '',
  }));
}

async function refundsOf(db: Db, paymentId: string): Promise<Evidence['refunds']> {
  const rows = await db.read
    .selectFrom('refund')
    .select(['created_at', 'settled_at', 'amount_minor', 'state', 'gateway_ref', 'reason'])
    .where('payment_id', '=', paymentId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    at: row.settled_at ?? row.created_at,
    amountMinor: row.amount_minor,
    state: row.state,
    ref: row.gateway_ref ?? '',
    reason: row.reason,
  }));
}

async function earlierOf(
  db: Db,
  payment: { id: string; customer_id: string; card_brand: string | null; card_last4: string | null },
): Promise<Evidence['earlier']> {
  if (!payment.card_last4) return [];
  const rows = await db.read
    .selectFrom('payment')
    .leftJoin('receipt', 'receipt.payment_id', 'payment.id')
    .select(['payment.id', 'payment.paid_at', 'payment.amount_minor', 'payment.currency', 'receipt.number'])
    .where('payment.customer_id', '=', payment.customer_id)
    .where('payment.id', '<', payment.id)
    .where('payment.state', '=', 'paid')
    .where('payment.card_brand', '=', payment.card_brand)
    .where('payment.card_last4', '=', payment.card_last4)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('dispute').select('dispute.id').whereRef('dispute.payment_id', '=', 'payment.id'))),
    )
    .orderBy('payment.id', 'desc')
    .limit(MOST_EARLIER)
    .execute();
  if (rows.length === 0) return [];
  const documents = await db.read
    .selectFrom('payment_payable')
    .innerJoin('payable', 'payable.id', 'payment_payable.payable_id')
    .select(['payment_id', 'payable.number'])
    .where(
      'payment_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('payable.id')
    .execute();
  return rows.map((row) => ({
    at: row.paid_at ?? '',
    amountMinor: row.amount_minor,
    currency: row.currency,
    documents: documents
      .filter((one) => one.payment_id === row.id)
      .map((one) => one.number)
      .join(', '),
    receipt: row.number === null ? '' : receiptNumber(row.number),
  }));
}
