import type { Customer } from '../customers/customer.ts';
import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import type { MailedStatement } from './statement.store.ts';
import type { StatementContent } from './statement.ts';
import { statementView } from './statement-view.ts';

/** A customer's statement in the office: to read, to keep as a PDF and to mail. */
export function statementPage({
  customer,
  range,
  content,
  mailed,
  submissionId,
  typed,
  errors,
}: {
  customer: Customer;
  /** Days of the company's, yyyy-mm-dd. */
  range: { from: string; to: string };
  /** Undefined where the range is none, or holds too much. */
  content: StatementContent | undefined;
  mailed: MailedStatement[];
  submissionId: string;
  typed: Record<string, string>;
  errors: FieldErrors;
}) {
  return {
    view: 'invoices/statement',
    layout: 'office' as const,
    title: 'Statement of account',
    customer: { id: customer.id, name: customer.name, number: customer.number },
    range,
    statement: content && statementView(content),
    pdf: withQuery(paths.statementPdf(customer.id), range),
    mailed,
    submissionId,
    typed,
    errors,
  } satisfies Page & Record<string, unknown>;
}

/** What a customer sees of a statement that was mailed to them; `token` is their right to it. */
export function customerStatementPage(content: StatementContent, token: string) {
  const statement = statementView(content);
  return {
    view: 'invoices/customer-statement',
    layout: 'pay' as const,
    title: `${statement.title}, ${statement.period}`,
    subtitle: statement.title,
    statement,
    pdfUrl: paths.customerStatementPdf(token),
  } satisfies Page & Record<string, unknown>;
}
