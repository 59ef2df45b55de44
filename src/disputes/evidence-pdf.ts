import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { type PdfDocument, type PdfTable, writePdf } from '../platform/pdf.ts';
import { showDate, showDateTime } from '../platform/show-time.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import { cardText } from '../words/card-brand.ts';
import { reasonAdvice } from './dispute-reason.ts';
import { authenticationText, checksText, type Evidence, howItWasPaid, latestMoment, readable } from './evidence.ts';

/** A cell is a few lines: what is longer stands in the files. */
const LONGEST_CELL = 240;

/** The evidence as one paper for the bank; the same evidence gives the same bytes. */
export function evidencePdf(evidence: Evidence): Promise<Buffer> {
  return writePdf(evidencePaper(evidence));
}

/** What the paper says. */
export function evidencePaper(evidence: Evidence): PdfDocument {
  const { dispute, company } = evidence;
  const name = company.tradingName;
  return {
    title: `Evidence for dispute ${dispute.gatewayRef}`,
    language: 'en',
    author: name,
    createdAt: latestMoment(evidence),
    from: { name, lines: [...company.address.split('\n'), company.website].filter(Boolean) },
    heading: 'Evidence',
    number: dispute.gatewayRef,
    intro: `${reasonAdvice(dispute.reason).meaning} ${howItWasPaid(evidence)}`,
    amount: { label: 'Disputed', value: showMoneyWithCode(dispute) },
    facts: factsOf(evidence),
    tables: tablesOf(evidence),
    notes: notesOf(evidence),
    footer: (page, pages) => `${name} · ${dispute.gatewayRef} · page ${page} of ${pages}`,
  };
}

function factsOf({ dispute, payment, checks, customer, receipt, company }: Evidence): PdfDocument['facts'] {
  const when = (iso: string) => `${showDateTime(iso, company.timeZone)} (${company.timeZone})`;
  return [
    { label: 'Paid', value: showMoneyWithCode(payment) },
    { label: 'Paid on', value: when(payment.paidAt) },
    { label: 'Card', value: cardText(payment.cardBrand, payment.cardLast4) },
    { label: 'Authorisation code', value: payment.authorizationCode },
    { label: '3-D Secure', value: authenticationText(checks) },
    { label: 'Checks of the bank', value: checksText(checks) },
    { label: 'Reference of the card scheme', value: checks?.networkRef ?? '' },
    { label: 'Receipt', value: receipt ? receiptNumber(receipt.number) : '' },
    { label: 'Customer', value: `${customer.name} (${customer.number})` },
    { label: 'E-mail on file', value: customer.email },
    { label: 'Customer since', value: showDate(customer.since, company.timeZone) },
    { label: 'Disputed on', value: when(dispute.openedAt) },
    {
      label: 'Reason',
      value: `${reasonAdvice(dispute.reason).label}${dispute.networkReason ? `, code ${dispute.networkReason}` : ''}`,
    },
    { label: 'Charge', value: dispute.chargeRef },
    { label: 'Payment', value: payment.gatewayRef },
  ].filter(({ value }) => value !== '');
}

function tablesOf(evidence: Evidence): PdfTable[] {
  const { company, payment } = evidence;
  const when = (iso: string) => (iso ? showDateTime(iso, company.timeZone) : '');
  const show = (amountMinor: number, currency = payment.currency) => showMoney({ amountMinor, currency });
  const documents: PdfTable[] = evidence.documents.map((one) => ({
    heading: [
      `${readable(one.kind)} ${one.number}`,
      one.issuedOn && `of ${showDate(one.issuedOn, company.timeZone)}`,
      one.orderReference && `for order ${one.orderReference}`,
    ]
      .filter(Boolean)
      .join(' '),
    columns: [
      { label: 'What', share: 6 },
      { label: 'Quantity', share: 2, figures: true },
      { label: 'Sum', share: 3, figures: true },
    ],
    rows: [
      ...one.lines.map((line) => [line.description, line.quantity, show(line.amountMinor)]),
      ['Total', '', show(one.totalMinor)],
    ],
    total: ['Of this the payment was for', '', show(one.settledMinor)],
  }));
  const others: PdfTable[] = [
    {
      heading: 'Letters to the customer',
      columns: [
        { label: 'What, and its Message-ID', share: 7 },
        { label: 'To', share: 4 },
        { label: 'Accepted by the mail server', share: 3 },
      ],
      rows: evidence.letters.map((one) => [
        `${shorten(one.subject, 150)}\n${one.messageId}`,
        one.to.join(', '),
        when(one.acceptedAt) || `Not accepted: ${one.state}`,
      ]),
    },
    {
      heading: 'The page was opened by a person',
      columns: [
        { label: 'First', share: 3 },
        { label: 'Last', share: 3 },
        { label: 'Times', share: 1, figures: true },
      ],
      rows: evidence.opens.map((one) => [when(one.firstAt), when(one.lastAt), String(one.count)]),
    },
    {
      heading: 'How it was paid',
      columns: [
        { label: 'When', share: 3 },
        { label: 'By whom, from where', share: 5 },
        { label: 'Browser', share: 5 },
        { label: 'Outcome', share: 2 },
      ],
      rows: evidence.tries.map((one) => [
        when(one.at),
        PRESENCES[one.presence](one.address),
        one.browser,
        readable(one.state),
      ]),
    },
    {
      heading: 'Given back',
      columns: [
        { label: 'When', share: 3 },
        { label: 'Reference', share: 4 },
        { label: 'Outcome', share: 3 },
        { label: 'Sum', share: 2, figures: true },
      ],
      rows: evidence.refunds.map((one) => [when(one.at), one.ref, readable(one.state), show(one.amountMinor)]),
    },
    {
      heading: 'Earlier payments of this customer with the same card (brand and last four digits), never disputed',
      columns: [
        { label: 'When', share: 3 },
        { label: 'For', share: 4 },
        { label: 'Receipt', share: 2 },
        { label: 'Sum', share: 2, figures: true },
      ],
      rows: evidence.earlier.map((one) => [
        when(one.at),
        one.documents,
        one.receipt,
        show(one.amountMinor, one.currency),
      ]),
    },
  ];
  return [...documents, ...others.filter((table) => table.rows.length > 0)].map((table) => ({
    ...table,
    rows: table.rows.map((cells) => cells.map((cell) => shorten(cell))),
  }));
}

const PRESENCES: Record<'payer' | 'nobody' | 'phone', (address: string) => string> = {
  payer: (address) => `The payer on our page, from ${address}`,
  nobody: () => 'Our staff, with the saved card',
  phone: () => 'Our staff, with the card read out by phone',
};

function notesOf(evidence: Evidence): PdfDocument['notes'] {
  const { company, consents } = evidence;
  return [
    ...consents.map((one) => ({
      heading: `Consent of ${showDateTime(one.at, company.timeZone)}${one.recordedBy ? `, written down by ${one.recordedBy}` : `, from ${one.address}`}${one.withdrawnAt ? `, withdrawn on ${showDateTime(one.withdrawnAt, company.timeZone)}` : ''}`,
      text: one.wording,
    })),
    ...(company.refundTerms
      ? [{ heading: 'Our refund terms, as they stand on receipts', text: company.refundTerms }]
      : []),
    {
      heading: 'What this is',
      text: 'Made from our own records. A letter counts as accepted when the mail server of its address took it. A page counts as opened by a person when somebody went into its card fields; a mail program that fetches links does not.',
    },
  ];
}

function shorten(text: string, most = LONGEST_CELL): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
