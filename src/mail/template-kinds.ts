import { showMoneyWithCode } from '../money/show-money.ts';
import { showDate } from '../platform/show-time.ts';
import { type Words, wordsFor } from '../words/words.ts';
import type { LetterBody } from './letter.ts';
import { type LetterTemplate, renderTemplate } from './letter-template.ts';

/** What can be put into a letter, what it means, and what it might be. */
interface Placeholder {
  name: string;
  meaning: string;
  sample: string;
}

/** One letter whose words can be written by the company; what the portal says for safety stands in no template. */
interface TemplateRules {
  label: string;
  /** When it is sent. */
  when: string;
  placeholders: Placeholder[];
  /** What the letter says of itself, as a template. */
  original(words: Words): LetterTemplate;
  /** What stands around the words, as in a letter that might be sent. */
  around(
    words: Words,
    sample: Readonly<Record<string, string>>,
  ): Omit<LetterBody, 'paragraphs' | 'action'> & {
    button: string;
  };
}

const SAMPLE_AMOUNT = showMoneyWithCode({ amountMinor: 125_000, currency: 'EUR' });
const COMMON: Placeholder[] = [
  { name: 'customer', meaning: 'Name of the customer', sample: 'North Pier Boatyard' },
  { name: 'company', meaning: 'Your trading name', sample: '' },
  { name: 'documents', meaning: 'Numbers of the invoices or deposits', sample: 'INV-1042' },
  { name: 'amount', meaning: 'Sum, with its currency', sample: SAMPLE_AMOUNT },
];
const DUE_DATE = { name: 'due_date', meaning: 'Day on which it is due', sample: showDate('2026-11-30', 'UTC') };
const LINK = [
  ...COMMON,
  { ...DUE_DATE, meaning: 'Day on which it is due; for a deposit, the day on which the link ends' },
  { name: 'valid_until', meaning: 'When the link ends', sample: `${showDate('2026-12-30', 'UTC')}, 23:59` },
];
const REMINDER = [...COMMON, { ...DUE_DATE, meaning: 'Day on which it is due, the earliest of several' }];

const linkAround: TemplateRules['around'] = ({ link: words }, sample) => ({
  heading: words.heading(sample.documents as string),
  facts: [
    { label: words.amountDue, value: sample.amount as string, strong: true },
    { label: words.documents('invoice'), value: sample.documents as string },
    { label: words.dueOn, value: sample.due_date as string },
    { label: words.payee, value: sample.company as string },
    { label: words.validUntil, value: sample.valid_until as string },
  ],
  button: words.action(sample.amount as string),
  closing: [words.howToCheck(sample.company as string, sample.host as string), words.sharing],
});

function reminder(tone: 'before' | 'today' | 'overdue', label: string, when: string): TemplateRules {
  return {
    label,
    when,
    placeholders: REMINDER,
    original: ({ reminder: words }) => ({
      subject: words.subject[tone]('{company}', '{documents}', '{due_date}'),
      body: [words.greeting('{customer}'), ...words.text[tone]('{company}', '{amount}', '{due_date}')].join('\n\n'),
    }),
    around: ({ reminder: words, link }, sample) => ({
      heading: words.heading[tone],
      facts: [
        { label: link.amountDue, value: sample.amount as string, strong: true },
        { label: link.documents('invoice'), value: sample.documents as string },
        { label: link.dueOn, value: sample.due_date as string },
        { label: link.payee, value: sample.company as string },
      ],
      button: link.action(sample.amount as string),
      closing: [words.stop, link.howToCheck(sample.company as string, sample.host as string)],
    }),
  };
}

/** Every letter whose words can be written; another kind is one more entry here. */
export const TEMPLATE_KINDS = {
  link: {
    label: 'Payment link',
    when: 'Sent by staff with the link for an invoice or a deposit.',
    placeholders: LINK,
    original: ({ link: words }) => ({
      subject: words.subject('{company}', '{documents}'),
      body: [words.greeting('{customer}'), words.askInvoice('{company}')].join('\n\n'),
    }),
    around: linkAround,
  },
  'link-replaced': {
    label: 'Replacement link',
    when: 'Sent to a customer who opened an older link and asked for the newer one.',
    placeholders: LINK,
    original: ({ link: words }) => ({
      subject: words.replacedSubject('{company}', '{documents}'),
      body: [words.greeting('{customer}'), words.replacedIntro, words.askInvoice('{company}')].join('\n\n'),
    }),
    around: linkAround,
  },
  receipt: {
    label: 'Receipt',
    when: 'Sent when a payment has been received.',
    placeholders: [
      ...COMMON,
      { name: 'receipt', meaning: 'Number of the receipt', sample: 'R-000042' },
      { name: 'paid_on', meaning: 'Day of the payment', sample: showDate('2026-11-28', 'UTC') },
    ],
    original: ({ receipt: { letter } }) => ({
      subject: letter.subject('{receipt}', '{company}'),
      body: [letter.received('{amount}', '{company}'), letter.keep].join('\n\n'),
    }),
    around: ({ receipt: words }, sample) => ({
      heading: words.letter.heading.sale,
      facts: [
        { label: words.facts.amount, value: sample.amount as string, strong: true },
        { label: words.facts.number, value: sample.receipt as string },
        { label: words.facts.paidOn, value: sample.paid_on as string },
        { label: words.facts.customer, value: sample.customer as string },
      ],
      button: words.letter.open,
      closing: [],
    }),
  },
  'reminder-before': reminder('before', 'Reminder before the due date', 'Sent before an invoice is due.'),
  'reminder-today': reminder('today', 'Reminder on the due date', 'Sent on the day on which an invoice is due.'),
  'reminder-overdue': reminder('overdue', 'Reminder of an overdue invoice', 'Sent after an invoice was due.'),
} satisfies Record<string, TemplateRules>;

export type TemplateKind = keyof typeof TEMPLATE_KINDS;

export function isTemplateKind(kind: string): kind is TemplateKind {
  return Object.hasOwn(TEMPLATE_KINDS, kind);
}

export function rulesOf(kind: TemplateKind): TemplateRules {
  return TEMPLATE_KINDS[kind];
}

export function placeholderNames(kind: TemplateKind): string[] {
  return rulesOf(kind).placeholders.map((one) => one.name);
}

/** What the catalogue of a language says, written as a template. */
export function originalOf(kind: TemplateKind, language: string): LetterTemplate {
  return rulesOf(kind).original(wordsFor(language));
}

/** A letter that might be sent with these words; its button leads to the portal's own front page. */
export function sampleLetter(
  kind: TemplateKind,
  template: LetterTemplate,
  { company, baseUrl, language }: { company: string; baseUrl: string; language: string },
): { subject: string; body: LetterBody } {
  const values = Object.fromEntries(rulesOf(kind).placeholders.map(({ name, sample }) => [name, sample || company]));
  const { subject, paragraphs } = renderTemplate(template, values);
  const { button, ...around } = rulesOf(kind).around(wordsFor(language), { ...values, host: new URL(baseUrl).host });
  return { subject, body: { ...around, paragraphs, action: { label: button, url: `${baseUrl}/` } } };
}
