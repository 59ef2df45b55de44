// What seed-payments.mjs makes, table by table.
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const ACCOUNTS = [
  { id: 'acc_00000000000000000000000001', name: 'Cards' },
  { id: 'acc_00000000000000000000000002', name: 'Second cards' },
];
const DISPUTE_FEE = 1500;
/** Payouts leave two days after the payments, and arrive on the third. */
const ARRIVES_AFTER_DAYS = 3;

/** Which payments are of what; each is a condition on n. */
const IS = {
  deposit: 'n % 50 = 0',
  refunded: 'n % 100 = 7',
  credited: 'n % 200 = 7',
  owedAgain: 'n % 200 = 107',
  disputed: 'n % 1000 = 13',
  contested: 'n % 5000 = 13',
  won: 'n % 1000 = 13 and n % 5000 <> 13',
  flagged: 'n % 500 = 3',
};

/** What is made, how many of it, and by which statements; each reads the numbers n of the table s. */
export function seedTables(world) {
  const { payments, customers, days, id, when, day, dayNumber, dayOf, morningOf, text, digits } = world;
  const open = Math.ceil(payments / 20);
  const customerNumber = `(n * 7919) % ${customers} + 1`;
  const customer = id('cus', customerNumber);
  const isSecond = 'n % 3 = 0';
  const isEuro = 'n % 10 >= 7';
  const account = `case when ${isSecond} then '${ACCOUNTS[1].id}' else '${ACCOUNTS[0].id}' end`;
  const currency = `case when ${isEuro} then 'EUR' else 'GBP' end`;
  const sum = '(1000 + (n * 37) % 90000)';
  const fee = `(${sum} * 15 / 1000 + 20)`;
  const number = `'INV-' || ${text('n')}`;
  const document = `case when ${IS.deposit} then ${id('dep')} else ${id('inv')} end`;
  const documentKind = `case when ${IS.deposit} then 'deposit' else 'invoice' end`;
  const documentNumber = `case when ${IS.deposit} then 'D-' || ${text('n')} else ${number} end`;
  // Most are of one card, so that its last four digits find many and others few.
  const last4 = `case when n % 10 < 6 then '4242' else ${digits('(n * 7919) % 10000', 4)} end`;
  const authorization = `'A' || ${digits('n % 100000', 5)}`;
  const reviewed = `n < ${Math.floor(payments * 0.95)}`;
  const review = `case when ${IS.flagged} then 'flagged' when ${reviewed} then 'reviewed' else 'unreviewed' end`;
  const invoices = `from s where n > ${payments} or not (${IS.deposit})`;
  const openLink = id('lnk', `n + ${payments}`);
  const openOnes = `from s join payable on payable.id = ${id('inv', `n + ${payments}`)}`;
  const later = 30 * MINUTE_MS;
  const firstRefund = `n / 100 + 1`;
  const firstNote = `n / 200 + 1`;
  // Four payouts a day: of two accounts in two currencies.
  const payoutNumber = `(${dayNumber()} * 4 + case when ${isSecond} then 2 else 0 end + case when ${isEuro} then 1 else 0 end)`;
  const isPaidOut = `${dayNumber()} < ${days - ARRIVES_AFTER_DAYS + 1}`;
  const settledOn = `case when ${dayNumber()} < ${days - ARRIVES_AFTER_DAYS} then ${dayOf(`(${dayNumber()} + ${ARRIVES_AFTER_DAYS})`)} end`;

  const accounts = ACCOUNTS.map(
    (
      one,
      i,
    ) => `insert into account (id, name, kind, publishable_key, secret_key_sealed, webhook_secrets_sealed, currencies,
      statement_suffix, livemode, active, check_problems, created_at)
      select '${one.id}', '${one.name}', 'sandbox', 'pk_test_${i}', '', '', '[]', '', 0, 1, '[]', ${when()} from s`,
  );
  const company = `"company":{"tradingName":"","addressLines":[],"country":"","taxId":"","website":"","supportEmail":"","supportPhone":"","refundTerms":""}`;
  const payer = `"customer":{"number":"C-' || ${text(customerNumber)} || '","name":"Company ' || ${text(customerNumber)} || ' Ltd","email":"post@example.test","address":""}`;
  const receiptContent = `'{"issuedAt":"' || ${when()} || '","paidAt":"' || ${when()} || '","timeZone":"UTC","language":"en",${company},${payer},'
    || '"accountName":"Cards","testMode":true,"method":"card","channel":"link","amountMinor":' || ${text(sum)}
    || ',"currency":"' || ${currency} || '","excessMinor":0,"lines":[{"payableId":"' || ${document} || '","kind":"' || ${documentKind} || '","number":"' || ${documentNumber}
    || '","totalMinor":' || ${text(sum)} || ',"paidBeforeMinor":0,"paidNowMinor":' || ${text(sum)} || ',"stillDueMinor":0}],'
    || '"card":{"brand":"visa","last4":"' || ${last4} || '"},"authorizationCode":"' || ${authorization} || '","gatewayRef":"pi_' || ${text('n')} || '"}'`;
  const refundContent = `'{"issuedAt":"' || ${when(later)} || '","timeZone":"UTC","language":"en",${company},${payer},'
    || '"testMode":true,"method":"card","card":{"brand":"visa","last4":"' || ${last4} || '"},"reference":"","gatewayRef":"re_' || ${text('n')} || '","amountMinor":' || ${text(sum)}
    || ',"currency":"' || ${currency} || '","reasonKind":"goodwill","lines":[{"kind":"invoice","number":"' || ${number} || '","amountMinor":' || ${text(sum)}
    || ',"outcome":"' || case when ${IS.credited} then 'claim-reduced' else 'owed-again' end || '"}],"receipts":["R-' || ${digits('n', 6)} || '"]}'`;
  const noteContent = `'{"issuedAt":"' || ${when(later)} || '","timeZone":"UTC","language":"en",${company},${payer},'
    || '"invoice":{"number":"' || ${number} || '","issuedOn":"' || ${day(-30 * DAY_MS)} || '","totalMinor":' || ${text(sum)} || '},"dueBeforeMinor":' || ${text(sum)} || ',"dueAfterMinor":0}'`;

  return [
    ['accounts', 1, accounts],
    [
      'customers',
      customers,
      [
        `insert into customer (id, number, number_key, name, email, language, address, created_at, updated_at)
         select ${id('cus')}, 'C-' || ${text('n')}, 'c-' || ${text('n')}, 'Company ' || ${text('n')} || ' Ltd', 'post' || ${text('n')} || '@example.test', 'en', '', ${when()}, ${when()} from s`,
        ...words('customer', id('cus'), ["'company'", text('n'), "'ltd'"], 'from s'),
        `insert into saved_card (id, customer_id, account_id, method_ref, brand, last4, exp_month, exp_year, created_at, is_default)
         select ${id('crd')}, ${id('cus')}, ${account}, 'pm_' || ${text('n')}, 'visa', '4242', n % 12 + 1, 2026 + n % 6, ${when()}, 1 from s where n % 5 = 0`,
        `insert into consent (id, customer_id, account_id, saved_card_id, wording, language, ip, agreed_at)
         select ${id('cnt')}, ${id('cus')}, ${account}, ${id('crd')}, '', 'en', '', ${when()} from s where n % 5 = 0`,
      ],
    ],
    [
      'invoices',
      payments + open,
      [
        `insert into payable (id, kind, number, number_key, customer_id, currency, total_minor, due_on, state, version, created_at, updated_at)
         select ${id('inv')}, 'invoice', ${number}, 'inv-' || ${text('n')}, ${customer}, ${currency}, ${sum},
           ${day(-DAY_MS, `case when n <= ${payments} then n else (n - ${payments}) * 20 end`)},
           case when n > ${payments} or ${IS.owedAgain} then 'open' when ${IS.credited} then 'credited' else 'paid' end, 1, ${when(-30 * DAY_MS)}, ${when()} ${invoices}`,
        `insert into invoice (payable_id, issued_on, order_reference, note) select ${id('inv')}, ${day(-30 * DAY_MS)}, '', '' ${invoices}`,
        `insert into invoice_line (payable_id, position, description, quantity, amount_minor) select ${id('inv')}, 1, 'Goods', '1', ${sum} ${invoices}`,
        ...words('invoice', id('inv'), ["'inv'", text('n')], invoices),
        ...entry(0, invoices, {
          kind: 'invoice-issued',
          subject: ['payable', id('inv')],
          at: when(-30 * DAY_MS),
          memo: `'Invoice ' || ${number}`,
          of: [
            ['receivables', 'null', sum],
            ['invoiced-elsewhere', 'null', `-${sum}`],
          ],
        }),
        audit('invoice.created', 'payable', id('inv'), when(-30 * DAY_MS), invoices),
      ],
    ],
    [
      'deposits',
      payments,
      [
        `insert into payable (id, kind, number, number_key, customer_id, currency, total_minor, state, version, created_at, updated_at)
         select ${id('dep')}, 'deposit', 'D-' || ${text('n')}, 'd-' || ${text('n')}, ${customer}, ${currency}, ${sum}, 'held', 1, ${when(-DAY_MS)}, ${when()} from s where ${IS.deposit}`,
        `insert into deposit (payable_id, order_reference, note, order_key) select ${id('dep')}, 'PO-' || ${text('n')}, '', 'po-' || ${text('n')} from s where ${IS.deposit}`,
        ...words('deposit', id('dep'), ["'d'", "'po'", text('n')], `from s where ${IS.deposit}`),
        audit('deposit.requested', 'deposit', id('dep'), when(-DAY_MS), `from s where ${IS.deposit}`),
      ],
    ],
    [
      'links',
      payments,
      [
        `insert into link (id, kind, customer_id, account_id, currency, terms, created_at, expires_at, ended_as, ended_at)
         select ${id('lnk')}, 'pay', ${customer}, ${account}, ${currency}, 'full', ${when(-DAY_MS)}, ${when(29 * DAY_MS)}, 'used', ${when()} from s`,
        `insert into link_payable (link_id, payable_id, position) select ${id('lnk')}, ${document}, 1 from s`,
        `insert into link_visit (link_id, fetches, first_fetched_at, last_fetched_at, person_opens, opened_at, last_opened_at)
         select ${id('lnk')}, 2, ${when(-DAY_MS)}, ${when(-2 * MINUTE_MS)}, 1, ${when(-2 * MINUTE_MS)}, ${when(-MINUTE_MS)} from s`,
        audit('link.issued', 'link', id('lnk'), when(-DAY_MS)),
        letter('link', 'n * 2', when(-DAY_MS)),
      ],
    ],
    [
      'links of open invoices',
      open,
      [
        `insert into link (id, kind, customer_id, account_id, currency, terms, created_at, expires_at)
         select ${openLink}, 'pay', payable.customer_id, ${account}, payable.currency, 'full', ${when(-DAY_MS, 'n * 20')}, ${when(29 * DAY_MS, 'n * 20')} ${openOnes}`,
        `insert into link_payable (link_id, payable_id, position) select ${openLink}, payable.id, 1 ${openOnes}`,
        `insert into letter (id, letter_key, kind, message_id, to_addresses, cc_addresses, subject, html, body_text, customer_id, link_id, state, tries, next_try_at, created_at, ended_at)
         select ${id('let', `n + ${2 * payments + 1}`)}, 'link-' || ${openLink}, 'link', '<seed-' || ${text(`n + ${2 * payments + 1}`)} || '@example.test>', '["post@example.test"]', '[]', 'About ' || payable.number,
           '<p>About it</p>', 'About it', payable.customer_id, ${openLink}, 'accepted', 1, ${when(-DAY_MS, 'n * 20')}, ${when(-DAY_MS, 'n * 20')}, ${when(-DAY_MS, 'n * 20')} ${openOnes}`,
        audit('link.issued', 'link', openLink, when(-DAY_MS, 'n * 20'), openOnes),
      ],
    ],
    [
      'payments',
      payments,
      [
        `insert into payment (id, method, channel, customer_id, account_id, link_id, currency, amount_minor, state, attempt_id, gateway_ref, charge_ref,
           authorization_code, card_brand, card_last4, payer_email, created_at, paid_at, looks)
         select ${id('pay')}, 'card', 'link', ${customer}, ${account}, ${id('lnk')}, ${currency}, ${sum}, 'paid', ${id('att', 'n * 10')}, 'pi_' || ${text('n')}, 'ch_' || ${text('n')},
           ${authorization}, 'visa', ${last4}, '', ${when(-MINUTE_MS)}, ${when()}, 0 from s`,
        `insert into payment_payable (payment_id, payable_id, amount_minor, version) select ${id('pay')}, ${document}, ${sum}, 1 from s`,
        attempt('n * 10', 'succeeded', 'null', 's'),
        attempt('n * 10 - 1', 'declined', "'insufficient-funds'", 's where n % 10 = 0'),
        `insert into allocation (id, payable_id, payment_id, amount_minor, created_at) select ${id('all', 'n * 4')}, ${document}, ${id('pay')}, ${sum}, ${when()} from s`,
        `insert into receipt (id, number, payment_id, customer_id, account_id, currency, amount_minor, issued_at, content, review_state, reviewed_at, review_note,
           flagged_at, flag_note, method, channel, card_last4, authorization_code)
         select ${id('rcp')}, n, ${id('pay')}, ${customer}, ${account}, ${currency}, ${sum}, ${when()}, ${receiptContent}, ${review},
           case when ${review} = 'reviewed' then ${when(DAY_MS)} end, case when ${review} = 'reviewed' then '' end,
           case when ${review} = 'flagged' then ${when(later)} end, case when ${review} = 'flagged' then 'Which order is it?' end,
           'card', 'link', ${last4}, ${authorization} from s`,
        ...entry(1, 'from s', {
          kind: 'payment-settled',
          subject: ['payment', id('pay')],
          at: when(),
          memo: "'Card payment'",
          of: [
            ['gateway-clearing', account, sum],
            [`case when ${IS.deposit} then 'customer-deposits' else 'receivables' end`, 'null', `-${sum}`],
          ],
        }),
        audit('payment.paid', 'payment', id('pay'), when()),
        audit('receipt.issued', 'receipt', id('rcp'), when()),
        letter('receipt', 'n * 2 + 1', when()),
      ],
    ],
    [
      'refunds and credit notes',
      payments,
      [
        `insert into refund (id, method, state, customer_id, payment_id, account_id, currency, amount_minor, gateway_ref, reference, reason, note,
           submission_id, part, created_at, sent_at, settled_at, reason_kind)
         select ${id('ref')}, 'card', 'succeeded', ${customer}, ${id('pay')}, ${account}, ${currency}, ${sum}, 're_' || ${text('n')}, '', '', '',
           'seed-' || ${text('n')}, 1, ${when(later)}, ${when(later)}, ${when(later)}, 'goodwill' from s where ${IS.refunded}`,
        `insert into allocation (id, payable_id, payment_id, amount_minor, reverses, created_at)
         select ${id('all', 'n * 4 + 1')}, ${id('inv')}, ${id('pay')}, -${sum}, ${id('all', 'n * 4')}, ${when(later)} from s where ${IS.refunded}`,
        `insert into refund_line (refund_id, payable_id, amount_minor, outcome, allocation_id)
         select ${id('ref')}, ${id('inv')}, ${sum}, case when ${IS.credited} then 'claim-reduced' else 'owed-again' end, ${id('all', 'n * 4 + 1')} from s where ${IS.refunded}`,
        `insert into refund_receipt (id, number, refund_id, issued_at, content)
         select ${id('rfr')}, ${firstRefund}, ${id('ref')}, ${when(later)}, ${refundContent} from s where ${IS.refunded}`,
        ...entry(2, `from s where ${IS.refunded}`, {
          kind: 'refund-settled',
          subject: ['refund', id('ref')],
          at: when(later),
          memo: `'Refund of invoice ' || ${number}`,
          of: [
            ['receivables', 'null', sum],
            ['gateway-clearing', account, `-${sum}`],
          ],
        }),
        audit('refund.succeeded', 'refund', id('ref'), when(later), `from s where ${IS.refunded}`),
        audit('payment.refunded', 'payment', id('pay'), when(later), `from s where ${IS.refunded}`),
        audit('invoice.refunded', 'invoice', id('inv'), when(later), `from s where ${IS.refunded}`),
        audit('refund.receipt-issued', 'refund', id('ref'), when(later), `from s where ${IS.refunded}`),
        `insert into allocation (id, payable_id, amount_minor, created_at, source)
         select ${id('all', 'n * 4 + 2')}, ${id('inv')}, ${sum}, ${when(later)}, 'credit-note' from s where ${IS.credited}`,
        `insert into credit_note (id, number, payable_id, customer_id, currency, amount_minor, reason_kind, reason, allocation_id, refund_id, content, submission_id, issued_at)
         select ${id('crn')}, ${firstNote}, ${id('inv')}, ${customer}, ${currency}, ${sum}, 'goodwill', '', ${id('all', 'n * 4 + 2')}, ${id('ref')}, ${noteContent},
           ${id('ref')} || '-' || ${id('inv')}, ${when(later)} from s where ${IS.credited}`,
        ...entry(3, `from s where ${IS.credited}`, {
          kind: 'credit-note-issued',
          subject: ['allocation', id('all', 'n * 4 + 2')],
          at: when(later),
          memo: `'Credit note on invoice ' || ${number}`,
          of: [
            ['refunds', 'null', sum],
            ['receivables', 'null', `-${sum}`],
          ],
        }),
        audit('invoice.credited', 'invoice', id('inv'), when(later), `from s where ${IS.credited}`),
      ],
    ],
    [
      'disputes',
      payments,
      [
        `insert into dispute (id, account_id, gateway_ref, payment_id, customer_id, charge_ref, payment_ref, state, holds_money, reason, currency, amount_minor,
           due_by, due_key, submissions, opened_at, heard_at, closed_at)
         select ${id('dis')}, ${account}, 'dp_' || ${text('n')}, ${id('pay')}, ${customer}, 'ch_' || ${text('n')}, 'pi_' || ${text('n')},
           case when ${IS.contested} then 'needs_response' else 'won' end, case when ${IS.contested} then 1 else 0 end, 'fraudulent', ${currency}, ${sum},
           ${when(14 * DAY_MS)}, case when ${IS.contested} then ${when(14 * DAY_MS)} else '9999-12-31T00:00:00.000Z' end, case when ${IS.contested} then 0 else 1 end,
           ${when(later)}, ${when(later)}, case when ${IS.won} then ${when(later)} end from s where ${IS.disputed}`,
        `insert into dispute_part (dispute_id, payable_id, amount_minor) select ${id('dis')}, ${id('inv')}, ${sum} from s where ${IS.disputed}`,
        ...disputeMoved(4, IS.disputed, { kind: 'dispute-withdrawn', minor: `-${sum}`, back: sum }),
        ...disputeMoved(5, IS.won, { kind: 'dispute-reinstated', minor: sum, back: `-${sum}` }),
        audit('dispute.opened', 'dispute', id('dis'), when(later), `from s where ${IS.disputed}`),
        audit('dispute.won', 'dispute', id('dis'), when(later), `from s where ${IS.won}`),
      ],
    ],
    [
      'payouts',
      days * 4,
      [
        `insert into payout (id, account_id, gateway_ref, state, automatic, matching, currency, amount_minor, arrival_on, created_at, read_at, matched_at)
         select ${id('pou', 'n - 1')}, case when (n - 1) / 2 % 2 = 1 then '${ACCOUNTS[1].id}' else '${ACCOUNTS[0].id}' end, 'po_' || ${text('n - 1')},
           case when (n - 1) / 4 < ${days - ARRIVES_AFTER_DAYS} then 'paid' else 'in_transit' end, 1, 'matched',
           case when (n - 1) % 2 = 1 then 'EUR' else 'GBP' end, 0, ${dayOf(`((n - 1) / 4 + ${ARRIVES_AFTER_DAYS})`)},
           ${morningOf('((n - 1) / 4 + 2)')}, ${morningOf('((n - 1) / 4 + 2)')}, ${morningOf('((n - 1) / 4 + 2)')} from s`,
      ],
    ],
    [
      'movements',
      payments,
      [
        ...movement(0, 'from s', {
          meaning: 'charge',
          source: 'ch',
          at: when(),
          gross: sum,
          kept: fee,
          tie: ['null', 'null'],
        }),
        ...movement(1, `from s where ${IS.refunded}`, {
          meaning: 'refund',
          source: 're',
          at: when(later),
          gross: `-${sum}`,
          kept: '0',
          tie: [id('ref'), 'null'],
        }),
        ...movement(2, `from s where ${IS.disputed}`, {
          meaning: 'dispute',
          source: 'dp',
          at: when(later),
          gross: `-${sum}`,
          kept: `${DISPUTE_FEE}`,
          tie: ['null', id('dis')],
        }),
        ...movement(3, `from s where ${IS.won}`, {
          meaning: 'dispute',
          source: 'dp',
          at: when(later),
          gross: sum,
          kept: '0',
          tie: ['null', id('dis')],
        }),
      ],
    ],
    [
      'what payouts pay out',
      1,
      [
        `update payout set amount_minor = paid.net, movements_minor = paid.net, movement_count = paid.movements from (
           select payout_id, count(*) as movements, sum(net_minor) as net from gateway_movement where payout_id is not null group by payout_id
         ) as paid where paid.payout_id = payout.id`,
        'delete from payout where movement_count = 0',
      ],
    ],
    [
      'movements of payouts',
      days * 4,
      [
        `insert into gateway_movement (id, account_id, gateway_ref, type, reporting_category, meaning, state, source_ref, currency, gross_minor, fee_minor, net_minor,
           description, created_at, available_on, read_at)
         select ${id('mov', 'n * 10 + 9')}, account_id, 'txn_p' || ${text('n')}, 'payout', 'payout', 'payout', 'matched', gateway_ref, currency, -amount_minor, 0, -amount_minor,
           '', created_at, substr(created_at, 1, 10), read_at from s join payout on payout.id = ${id('pou', 'n - 1')}`,
        `insert into journal_entry (id, kind, subject_kind, subject_id, occurred_at, memo)
         select ${id('jrn', 'n * 10 + 9')}, 'payout', 'movement', ${id('mov', 'n * 10 + 9')}, created_at, 'Paid out to the bank, ' || gateway_ref from s join payout on payout.id = ${id('pou', 'n - 1')}`,
        ...[
          ['bank', 'null', 'amount_minor'],
          ['gateway-clearing', 'account_id', '-amount_minor'],
        ].map(
          ([ledgerAccount, kept, minor], position) =>
            `insert into journal_line (entry_id, position, ledger_account, account_id, currency, amount_minor, occurred_at)
             select ${id('jrn', 'n * 10 + 9')}, ${position}, '${ledgerAccount}', ${kept}, currency, ${minor}, created_at from s join payout on payout.id = ${id('pou', 'n - 1')}`,
        ),
        audit(
          'payout.paid',
          'payout',
          'payout.id',
          'created_at',
          `from s join payout on payout.id = ${id('pou', 'n - 1')}`,
        ),
      ],
    ],
    [
      'cases',
      Math.ceil(payments / 200),
      [
        `insert into case_file (id, kind, dedupe_key, subject_kind, subject_id, customer_id, summary, detail, opened_at, closed_at)
         select ${id('cas')}, 'excess-payment', 'seed-' || ${text('n')}, 'payment', ${id('pay')}, ${customer}, 'More was paid than was due.', '{}', ${when()}, case when n % 4 > 0 then ${when(DAY_MS)} end from s`,
      ],
    ],
    [
      'numbers',
      1,
      [
        ['receipt', 'receipt'],
        ['refund-receipt', 'refund_receipt'],
        ['credit-note', 'credit_note'],
      ].map(
        ([name, table]) =>
          `insert into sequence_number (name, last_number) select '${name}', (select coalesce(max(number), 0) from ${table}) from s`,
      ),
    ],
  ];

  function words(kind, subject, all, from) {
    return all.map(
      (word) => `insert into search_word (kind, word, subject_id) select '${kind}', ${word}, ${subject} ${from}`,
    );
  }

  /** The k-th entry about a payment. */
  function entry(k, from, { kind, subject: [subjectKind, subjectId], at, memo, of }) {
    const entryId = id('jrn', `n * 10 + ${k}`);
    return [
      `insert into journal_entry (id, kind, subject_kind, subject_id, occurred_at, memo)
       select ${entryId}, '${kind}', '${subjectKind}', ${subjectId}, ${at}, ${memo} ${from}`,
      ...of.map(
        ([ledgerAccount, kept, minor], position) =>
          `insert into journal_line (entry_id, position, ledger_account, account_id, currency, amount_minor, occurred_at)
           select ${entryId}, ${position}, ${ledgerAccount.startsWith('case ') ? ledgerAccount : `'${ledgerAccount}'`}, ${kept}, ${currency}, ${minor}, ${at} ${from}`,
      ),
    ];
  }

  function disputeMoved(k, which, { kind, minor, back }) {
    const movedId = id('dmv', `n * 10 + ${k}`);
    return [
      `insert into dispute_movement (id, dispute_id, gateway_ref, amount_minor, booked_at)
       select ${movedId}, ${id('dis')}, 'txn_' || ${text(`n * 10 + ${k - 2}`)}, ${minor}, ${when(later)} from s where ${which}`,
      ...entry(k, `from s where ${which}`, {
        kind,
        subject: ['dispute-movement', movedId],
        at: when(later),
        memo: `'Dispute dp_' || ${text('n')}`,
        of: [
          ['disputes', 'null', back],
          ['gateway-clearing', account, minor],
        ],
      }),
    ];
  }

  /** The k-th movement of a payment at its gateway, and the entry of what the gateway kept. */
  function movement(k, from, { meaning, source, at, gross, kept, tie: [refundId, disputeId] }) {
    const movementId = id('mov', `n * 10 + ${k}`);
    const written = `insert into gateway_movement (id, account_id, gateway_ref, type, reporting_category, meaning, state, source_ref, charge_ref, gateway_payment_ref,
        reference, payment_id, refund_id, dispute_id, payout_id, currency, gross_minor, fee_minor, net_minor, description, created_at, available_on, settled_on, read_at)
      select ${movementId}, ${account}, 'txn_' || ${text(`n * 10 + ${k}`)}, '${meaning}', '${meaning}', '${meaning}', 'matched', '${source}_' || ${text('n')}, 'ch_' || ${text('n')}, 'pi_' || ${text('n')},
        ${id('pay')}, ${id('pay')}, ${refundId}, ${disputeId}, case when ${isPaidOut} then ${id('pou', payoutNumber)} end, ${currency}, ${gross}, ${kept}, ${gross} - ${kept}, '',
        ${at}, ${dayOf(`(${dayNumber()} + 2)`)}, ${settledOn}, ${at} ${from}`;
    if (kept === '0') return [written];
    return [
      written,
      ...entry(6 + k, from, {
        kind: 'fee',
        subject: ['movement', movementId],
        at,
        memo: `'Fee of the gateway, ${source}_' || ${text('n')}`,
        of: [
          ['gateway-fees', 'null', kept],
          ['gateway-clearing', account, `-${kept}`],
        ],
      }),
    ];
  }

  function audit(action, kind, subject, at, from = 'from s') {
    return `insert into audit (at, actor_kind, action, subject_kind, subject_id, detail) select ${at}, 'system', '${action}', '${kind}', ${subject}, '{}' ${from}`;
  }

  function attempt(n, state, decline, from) {
    return `insert into attempt (id, payment_id, submission_id, state, confirmation_token, amount_minor, save_card, consent_wording, consent_language, payer_email, ip, user_agent,
        decline_category, created_at, sent_at, ended_at, link_id)
      select ${id('att', n)}, ${id('pay')}, 'seed-' || ${text(n)}, '${state}', '', ${sum}, 0, '', 'en', '', '', '', ${decline}, ${when(-MINUTE_MS)}, ${when(-MINUTE_MS)}, ${when()}, ${id('lnk')} from ${from}`;
  }

  function letter(kind, n, at) {
    const key = kind === 'receipt' ? `'receipt-' || ${id('pay')}` : `'link-' || ${id('lnk')}`;
    const subject = kind === 'receipt' ? id('rcp') : 'null';
    return `insert into letter (id, letter_key, kind, message_id, to_addresses, cc_addresses, subject, html, body_text, customer_id, link_id, subject_id, state, tries, next_try_at, created_at, ended_at)
      select ${id('let', n)}, ${key}, '${kind}', '<seed-' || ${text(n)} || '@example.test>', '["post@example.test"]', '[]', 'About ' || ${documentNumber}, '<p>About it</p>', 'About it', ${customer}, ${id('lnk')}, ${subject}, 'accepted', 1, ${at}, ${at}, ${at} from s`;
  }
}
