import { endOfDayIso } from '../platform/day-range.ts';
import { type PdfTable, writePdf } from '../platform/pdf.ts';
import type { StatementContent } from './statement.ts';
import { type StatementView, statementView } from './statement-view.ts';

/** The statement as A4: the same range of the same books gives the same bytes whenever it is asked for. */
export function statementPdf(content: StatementContent): Promise<Buffer> {
  const view = statementView(content);
  const { seller, contact, notes } = view;
  return writePdf({
    title: `${view.title}, ${content.customer.name}, ${view.period}`,
    language: view.language,
    author: seller.name,
    createdAt: endOfDayIso(content.to, content.company.timeZone),
    from: { name: seller.name, lines: [...seller.lines, seller.website].filter(Boolean) },
    heading: view.title,
    number: view.period,
    intro: view.sections.length === 0 ? view.nothing : view.intro,
    amount: { label: view.balanceLabel, value: view.balances.join(' · ') || '–' },
    facts: view.facts,
    tables: view.sections.flatMap(tablesOf),
    notes: [
      { heading: notes.heading, text: notes.text },
      ...(contact.length > 0 ? [{ heading: notes.contact, text: contact.join(' · ') }] : []),
    ],
    footer: (page, pages) => `${seller.name} · ${view.period} · ${view.page(page, pages)}`,
  });
}

function tablesOf({
  heading,
  columns,
  opening,
  closing,
  movements,
  open,
  ages,
}: StatementView['sections'][number]): PdfTable[] {
  return [
    {
      heading,
      columns: [
        { label: columns.date, share: 2.3 },
        { label: columns.what, share: 5.2 },
        { label: columns.charged, share: 2.4, figures: true },
        { label: columns.credited, share: 2.4, figures: true },
        { label: columns.balance, share: 2.4, figures: true },
      ],
      rows: [
        ['', opening.label, '', '', opening.balance],
        ...movements.map((row) => [row.date, row.what, row.charged, row.credited, row.balance]),
      ],
      total: ['', closing.label, '', '', closing.balance],
    },
    ...(open.items.length === 0 && !open.held
      ? []
      : [
          {
            heading: open.heading,
            columns: [
              { label: open.columns.invoice, share: 3.5 },
              { label: open.columns.issued, share: 2.3 },
              { label: open.columns.due, share: 2.3 },
              { label: open.columns.age, share: 3.2 },
              { label: open.columns.amount, share: 2.6, figures: true },
            ],
            rows: [
              ...open.items.map((item) => [item.number, item.issued, item.due, item.age, item.amount]),
              ...(open.held ? [[open.held.label, '', '', '', open.held.amount]] : []),
            ],
            total: [open.sum.label, '', '', '', open.sum.amount],
          },
        ]),
    ...(open.items.length === 0
      ? []
      : [
          {
            heading: ages.heading,
            columns: [
              { label: ages.columns.age, share: 4 },
              { label: ages.columns.amount, share: 2, figures: true },
            ],
            rows: ages.rows.map((row) => [row.label, row.amount]),
            total: [open.sum.label, open.sum.amount],
          },
        ]),
  ];
}

/** What the file is called when it is kept; a number may hold any character. */
export function statementFileName({ customer, from, to }: StatementContent): string {
  return `statement-${customer.number.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')}-${from}-${to}.pdf`;
}
