import { fileURLToPath } from 'node:url';
import express, { type Express, type RequestHandler } from 'express';
import { accountsRoutes } from './accounts/accounts.routes.ts';
import { brandRoutes } from './accounts/brand.routes.ts';
import { auditRoutes } from './audit/audit.routes.ts';
import { cardsRoutes } from './cards/cards.routes.ts';
import { casesRoutes } from './cases/cases.routes.ts';
import { checkoutRoutes } from './checkout/checkout.routes.ts';
import { companyRoutes } from './company/company.routes.ts';
import { readCompany } from './company/company.store.ts';
import { senderOf } from './company/company.ts';
import { ledgerNamesRoutes } from './company/ledger-names.routes.ts';
import { customersRoutes } from './customers/customers.routes.ts';
import { applyDepositsRoutes } from './deposits/apply-deposits.routes.ts';
import { readDepositFilter } from './deposits/deposit-filter.ts';
import { depositsRoutes } from './deposits/deposits.routes.ts';
import { owedDepositIds } from './deposits/deposits.store.ts';
import { depositsHeldRoutes } from './deposits/deposits-held.routes.ts';
import { voidDepositRoutes } from './deposits/void-deposit.routes.ts';
import { disputesRoutes } from './disputes/disputes.routes.ts';
import { exportsRoutes } from './exports/exports.routes.ts';
import { healthRoutes } from './health.routes.ts';
import { importsRoutes } from './imports/imports.routes.ts';
import { creditNotesRoutes } from './invoices/credit-notes.routes.ts';
import { customerCreditNoteRoutes } from './invoices/customer-credit-note.routes.ts';
import { customerStatementRoutes } from './invoices/customer-statement.routes.ts';
import { invoicesRoutes } from './invoices/invoices.routes.ts';
import { statementRoutes } from './invoices/statement.routes.ts';
import { voidInvoiceRoutes } from './invoices/void-invoice.routes.ts';
import { booksRoutes } from './ledger/books.routes.ts';
import { transactionsRoutes } from './ledger/transactions.routes.ts';
import { endSettledLinks } from './links/end-settled-links.ts';
import { linksRoutes } from './links/links.routes.ts';
import { mailboxRoutes } from './mail/mailbox.routes.ts';
import { templatesRoutes } from './mail/templates.routes.ts';
import { chargeRoutes } from './office/charge.routes.ts';
import { dashboardRoutes } from './office/dashboard.routes.ts';
import { officeRoutes } from './office/office.routes.ts';
import { processCardRoutes } from './office/process-card.routes.ts';
import { surroundOffice } from './office/surround.ts';
import { paths } from './paths.ts';
import { paymentsRoutes } from './payments/payments.routes.ts';
import { recordPaymentRoutes } from './payments/record-payment.routes.ts';
import { reversePaymentRoutes } from './payments/reverse-payment.routes.ts';
import { payoutsRoutes } from './payouts/payouts.routes.ts';
import { formTokenOnly, sameOriginOnly } from './platform/web/csrf.ts';
import { errorHandler, notFoundHandler } from './platform/web/errors.ts';
import { securityHeaders } from './platform/web/headers.ts';
import type { Surroundings } from './platform/web/render.ts';
import { logRequests } from './platform/web/requests.ts';
import { sessions } from './platform/web/sessions.ts';
import { customerReceiptRoutes } from './receipts/customer-receipt.routes.ts';
import { receiptsRoutes } from './receipts/receipts.routes.ts';
import { reconcileRoutes } from './reconcile/reconcile.routes.ts';
import { customerRefundRoutes } from './refunds/customer-refund.routes.ts';
import { refundPaymentRoutes } from './refunds/refund-payment.routes.ts';
import { refundsRoutes } from './refunds/refunds.routes.ts';
import { refundsDeskRoutes } from './refunds/refunds-desk.routes.ts';
import { lookAtReminders } from './reminders/look-at-reminders.ts';
import { remindersRoutes } from './reminders/reminders.routes.ts';
import { ownPasswordRoutes } from './staff/own-password.routes.ts';
import { passwordLinkRoutes } from './staff/password-links.routes.ts';
import { signInRoutes } from './staff/sign-in.routes.ts';
import { signOutRoutes } from './staff/sign-out.routes.ts';
import { staffRoutes } from './staff/staff.routes.ts';
import { webhooksRoutes } from './webhooks/webhooks.routes.ts';
import type { House } from './wire.ts';
import { wordsFor } from './words/words.ts';

/** Where the picture of an account is uploaded. */
const ACCOUNT_LOGO = new RegExp(`^${paths.accountLogo('acc_[0-9a-z]{26}')}$`);
const PUBLIC = fileURLToPath(new URL('../public/', import.meta.url));

/** The whole web side: what is common to all, then customers' pages, then the office behind sign-in. */
export function createApp(house: House): Express {
  const { config, log, renderer } = house;
  const https = config.baseUrl.startsWith('https:');
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.locals.renderer = renderer;

  app.use(logRequests(log), securityHeaders({ https }));
  app.use('/build', express.static(`${PUBLIC}build`, { immutable: true, maxAge: '365d', cacheControl: true }));
  // Named, so that no other request asks the disk for a file.
  app.use('/favicon.svg', express.static(`${PUBLIC}favicon.svg`, { maxAge: '1d' }));
  app.use(surround(house));
  // Gateways and health checks: no session, no form, no origin.
  app.use(healthRoutes(house));
  app.use(webhooksRoutes(house));
  // What pay pages load in an account's brand.
  app.use(brandRoutes(house));

  app.use(sameOriginOnly(config.baseUrl));
  // Customers: the link is the right.
  app.use(customerRefundRoutes(house), customerCreditNoteRoutes(house));
  app.use(customerReceiptRoutes(house), customerStatementRoutes(house));
  app.use(checkoutRoutes(house));
  app.use(['/pay', '/r', '/s', '/webhooks', '/brand'], notFoundHandler);

  app.use(sessions({ db: house.db, clock: house.clock, keys: config.sessionKeys, https }));
  app.use(express.urlencoded({ extended: false, limit: '100kb', parameterLimit: 600 }));
  const letterFrame = () => staffLetterFrame(house);
  app.use(signInRoutes(house));
  app.use(passwordLinkRoutes({ ...house, letterFrame }));
  // The office: behind sign-in.
  app.use(formTokenOnly({ uploadsAt: [paths.newImport('customers'), paths.newImport('invoices'), ACCOUNT_LOGO] }));
  app.use(surroundOffice(house));
  app.use(signOutRoutes(house));
  app.use(officeRoutes(house));
  app.use(dashboardRoutes(house));
  // Reminders stand above customers and invoices, whose pages show them.
  const showReminders = (subjectId: string) => lookAtReminders(house, subjectId);
  app.use(customersRoutes({ ...house, showReminders }));
  app.use(invoicesRoutes({ ...house, showReminders }), statementRoutes(house));
  // Before the pages of single deposits, whose address takes any word.
  app.use(depositsHeldRoutes(house));
  app.use(depositsRoutes(house));
  app.use(applyDepositsRoutes(house));
  app.use(importsRoutes(house));
  app.use(staffRoutes({ ...house, letterFrame }));
  app.use(ownPasswordRoutes(house));
  app.use(companyRoutes(house));
  app.use(accountsRoutes(house));
  app.use(
    linksRoutes({
      ...house,
      owedDeposits: (textOf, most) => owedDepositIds(house.db, readDepositFilter(textOf), most),
    }),
  );
  app.use(cardsRoutes(house));
  app.use(casesRoutes(house), mailboxRoutes(house));
  app.use(templatesRoutes({ ...house, letterFrame }));
  app.use(paymentsRoutes(house));
  app.use(processCardRoutes(house), chargeRoutes(house));
  app.use(recordPaymentRoutes(house), reversePaymentRoutes(house));
  app.use(voidInvoiceRoutes({ ...house, endSettledLinks }), voidDepositRoutes({ ...house, endSettledLinks }));
  app.use(transactionsRoutes(house), booksRoutes(house), ledgerNamesRoutes(house));
  app.use(receiptsRoutes(house));
  app.use(auditRoutes(house));
  app.use(exportsRoutes(house));
  app.use(disputesRoutes(house));
  app.use(refundsRoutes(house), refundPaymentRoutes(house), refundsDeskRoutes(house));
  app.use(creditNotesRoutes({ ...house, endSettledLinks }));
  app.use(payoutsRoutes(house));
  app.use(remindersRoutes(house));
  app.use(reconcileRoutes(house));

  app.use(notFoundHandler);
  app.use(errorHandler(log));
  return app;
}

/** What every page shows around itself, before anybody has signed in. */
function surround({ db }: House): RequestHandler {
  return async (_req, res, next) => {
    const company = await readCompany(db);
    res.locals.surroundings = {
      company,
      timeZone: company.timeZone,
      frame: wordsFor('en').page,
    } satisfies Surroundings;
    next();
  };
}

/** In whose name the staff's own letters go out: staff and company are neighbours and do not know each other. */
async function staffLetterFrame({ db }: House) {
  const company = await readCompany(db);
  return { sender: senderOf(company), timeZone: company.timeZone };
}
