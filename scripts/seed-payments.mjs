// Fills a database with as many payments as wanted, each with its invoice, link, letters, receipt, books and log, so that
// pages can be tried at a size that nobody types in. Nothing is charged: the accounts it makes have no keys.
//   node scripts/seed-payments.mjs --payments 1000000 [--database sqlite:data/million.db]
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { openDatabase } from '../dist/platform/database/database.js';
import { migrate } from '../dist/platform/database/migrate.js';

const DAY_MS = 86_400_000;
const DAYS = 730;
const CHUNK = 50_000;
const ACCOUNTS = [
  { id: 'acc_00000000000000000000000001', name: 'Cards' },
  { id: 'acc_00000000000000000000000002', name: 'Second cards' },
];

/** Seeds an empty database (`sqlite:…` or `postgres://…`) whose payments are spread evenly over the last two years. */
export async function seedPayments(databaseUrl, payments, tell = () => {}) {
  const db = await openDatabase(databaseUrl);
  try {
    await migrate(db);
    const world = aWorld(db.engine, payments);
    for (const [what, rows, statements] of tables(world)) {
      const startedMs = performance.now();
      for (let from = 1; from <= rows; from += CHUNK) {
        const to = Math.min(from + CHUNK - 1, rows);
        await db.tx(async () => {
          for (const statement of statements) await sql.raw(world.series(from, to, statement)).execute(db.q);
        });
      }
      tell(`${what}: ${rows} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    }
    await sql.raw('analyze').execute(db.q);
  } finally {
    await db.close();
  }
}

/** How the n-th thing is written, in the words of each engine. Ids sort as their numbers do. */
function aWorld(engine, payments) {
  const postgres = engine === 'postgres';
  const stepMs = Math.max(1, Math.floor((DAYS * DAY_MS) / payments));
  const startMs = Date.now() - payments * stepMs;
  const at = (ms) =>
    postgres
      ? `to_char(to_timestamp((${ms}) / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
      : `strftime('%Y-%m-%dT%H:%M:%fZ', (${ms}) / 1000.0, 'unixepoch')`;
  const id = (prefix, n = 'n') =>
    postgres ? `'${prefix}_' || lpad((${n})::text, 26, '0')` : `'${prefix}_' || printf('%026d', ${n})`;
  return {
    payments,
    customers: Math.max(10, Math.floor(payments / 50)),
    id,
    /** When the n-th payment was paid; `after` it in milliseconds. */
    when: (after = 0, n = 'n') => at(`${startMs} + (${n}) * ${stepMs} + ${after}`),
    day: (after = 0, n = 'n') => `substr(${at(`${startMs} + (${n}) * ${stepMs} + ${after}`)}, 1, 10)`,
    text: (n) => (postgres ? `(${n})::text` : `cast(${n} as text)`),
    series: (from, to, statement) => {
      const numbers = postgres
        ? `with s as (select n from generate_series(${from}::bigint, ${to}::bigint) as g(n))`
        : `with recursive s(n) as (select ${from} union all select n + 1 from s where n < ${to})`;
      const start = statement.indexOf('select ');
      return `${statement.slice(0, start)} ${numbers} ${statement.slice(start)}`;
    },
  };
}

/** What is made, how many of it, and by which statements; each `select` reads the numbers n of the table s. */
function tables(world) {
  const { payments, customers, id, when, day, text } = world;
  const open = Math.ceil(payments / 20);
  const customer = id('cus', `(n * 7919) % ${customers} + 1`);
  const account = `case when n % 3 = 0 then '${ACCOUNTS[1].id}' else '${ACCOUNTS[0].id}' end`;
  const currency = `case when n % 10 < 7 then 'GBP' else 'EUR' end`;
  const sum = '1000 + (n * 37) % 90000';
  const number = `'INV-' || ${text('n')}`;
  const reviewed = `n < ${Math.floor(payments * 0.95)}`;
  const minute = 60_000;
  const accounts = ACCOUNTS.map(
    (
      one,
      i,
    ) => `insert into account (id, name, kind, publishable_key, secret_key_sealed, webhook_secrets_sealed, currencies,
      statement_suffix, livemode, active, check_problems, created_at)
      select '${one.id}', '${one.name}', 'sandbox', 'pk_test_${i}', '', '', '[]', '', 0, 1, '[]', ${when()} from s`,
  );
  const content = `'{"issuedAt":"' || ${when()} || '","paidAt":"' || ${when()} || '","timeZone":"UTC","language":"en",'
    || '"company":{"tradingName":"","addressLines":[],"country":"","taxId":"","website":"","supportEmail":"","supportPhone":"","refundTerms":""},'
    || '"customer":{"number":"C-' || ${text(`(n * 7919) % ${customers} + 1`)} || '","name":"Company ' || ${text(`(n * 7919) % ${customers} + 1`)}
    || ' Ltd","email":"post@example.test"},"accountName":"Cards","testMode":true,"method":"card","channel":"link","amountMinor":' || ${text(sum)}
    || ',"currency":"' || ${currency} || '","excessMinor":0,"lines":[{"payableId":"' || ${id('inv')} || '","kind":"invoice","number":"' || ${number}
    || '","totalMinor":' || ${text(sum)} || ',"paidBeforeMinor":0,"paidNowMinor":' || ${text(sum)} || ',"stillDueMinor":0}],'
    || '"card":{"brand":"visa","last4":"4242"},"authorizationCode":"123456","gatewayRef":"pi_' || ${text('n')} || '"}'`;

  return [
    ['accounts', 1, accounts],
    [
      'customers',
      customers,
      [
        `insert into customer (id, number, number_key, name, email, language, address, created_at, updated_at)
         select ${id('cus')}, 'C-' || ${text('n')}, 'c-' || ${text('n')}, 'Company ' || ${text('n')} || ' Ltd', 'post' || ${text('n')} || '@example.test', 'en', '', ${when()}, ${when()} from s`,
        ...["'company'", text('n'), "'ltd'"].map(
          (word) => `insert into search_word (kind, word, subject_id) select 'customer', ${word}, ${id('cus')} from s`,
        ),
      ],
    ],
    [
      'invoices',
      payments + open,
      [
        `insert into payable (id, kind, number, number_key, customer_id, currency, total_minor, state, version, created_at, updated_at)
         select ${id('inv')}, 'invoice', ${number}, 'inv-' || ${text('n')}, ${customer}, ${currency}, ${sum}, case when n <= ${payments} then 'paid' else 'open' end, 1, ${when(-30 * DAY_MS)}, ${when()} from s`,
        `insert into invoice (payable_id, issued_on, due_on, order_reference, note)
         select ${id('inv')}, ${day(-30 * DAY_MS)}, ${day(-DAY_MS, `case when n <= ${payments} then n else (n - ${payments}) * 20 end`)}, '', '' from s`,
        `insert into invoice_line (payable_id, position, description, quantity, amount_minor) select ${id('inv')}, 1, 'Goods', '1', ${sum} from s`,
        ...["'inv'", text('n')].map(
          (word) => `insert into search_word (kind, word, subject_id) select 'invoice', ${word}, ${id('inv')} from s`,
        ),
        `insert into journal_entry (id, kind, subject_kind, subject_id, occurred_at, memo)
         select ${id('jrn', 'n * 10')}, 'invoice-issued', 'payable', ${id('inv')}, ${when(-30 * DAY_MS)}, 'Invoice ' || ${number} from s`,
        ...lines('n * 10', [
          ['receivables', '', sum],
          ['invoiced-elsewhere', '', `-(${sum})`],
        ]),
        audit('invoice.created', 'payable', id('inv'), when(-30 * DAY_MS)),
      ],
    ],
    [
      'links',
      payments,
      [
        `insert into link (id, kind, customer_id, account_id, currency, terms, created_at, expires_at, ended_as, ended_at)
         select ${id('lnk')}, 'pay', ${customer}, ${account}, ${currency}, 'full', ${when(-DAY_MS)}, ${when(29 * DAY_MS)}, 'used', ${when()} from s`,
        `insert into link_payable (link_id, payable_id, position) select ${id('lnk')}, ${id('inv')}, 1 from s`,
        `insert into link_visit (link_id, fetches, person_opens, opened_at, last_opened_at) select ${id('lnk')}, 2, 1, ${when(-2 * minute)}, ${when(-minute)} from s`,
        audit('link.issued', 'link', id('lnk'), when(-DAY_MS)),
        letter('link', 'n * 2', when(-DAY_MS)),
      ],
    ],
    [
      'payments',
      payments,
      [
        `insert into payment (id, method, channel, customer_id, account_id, link_id, currency, amount_minor, state, attempt_id, gateway_ref, charge_ref,
           authorization_code, card_brand, card_last4, payer_email, created_at, paid_at, looks)
         select ${id('pay')}, 'card', 'link', ${customer}, ${account}, ${id('lnk')}, ${currency}, ${sum}, 'paid', ${id('att', 'n * 10')}, 'pi_' || ${text('n')}, 'ch_' || ${text('n')},
           '123456', 'visa', '4242', '', ${when(-minute)}, ${when()}, 0 from s`,
        `insert into payment_payable (payment_id, payable_id, amount_minor, version) select ${id('pay')}, ${id('inv')}, ${sum}, 1 from s`,
        attempt('n * 10', 'succeeded', 'null', 's'),
        attempt('n * 10 - 1', 'declined', "'insufficient-funds'", 's where n % 10 = 0'),
        `insert into allocation (id, payable_id, payment_id, amount_minor, created_at) select ${id('all')}, ${id('inv')}, ${id('pay')}, ${sum}, ${when()} from s`,
        `insert into receipt (id, number, payment_id, customer_id, account_id, currency, amount_minor, issued_at, content, reviewed_at, review_note)
         select ${id('rcp')}, n, ${id('pay')}, ${customer}, ${account}, ${currency}, ${sum}, ${when()}, ${content},
           case when ${reviewed} then ${when(DAY_MS)} end, case when ${reviewed} then '' end from s`,
        `insert into journal_entry (id, kind, subject_kind, subject_id, occurred_at, memo)
         select ${id('jrn', 'n * 10 + 1')}, 'payment-settled', 'payment', ${id('pay')}, ${when()}, 'Card payment' from s`,
        ...lines('n * 10 + 1', [
          ['gateway-clearing', account, sum],
          ['receivables', '', `-(${sum})`],
        ]),
        audit('payment.paid', 'payment', id('pay'), when()),
        audit('receipt.issued', 'receipt', id('rcp'), when()),
        letter('receipt', 'n * 2 + 1', when()),
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
  ];

  function lines(entry, of) {
    return of.map(
      ([ledgerAccount, kept, minor], position) =>
        `insert into journal_line (entry_id, position, ledger_account, account_id, currency, amount_minor)
         select ${id('jrn', entry)}, ${position}, '${ledgerAccount}', ${kept || 'null'}, ${currency}, ${minor} from s`,
    );
  }

  function audit(action, kind, subject, at) {
    return `insert into audit (at, actor_kind, action, subject_kind, subject_id, detail) select ${at}, 'system', '${action}', '${kind}', ${subject}, '{}' from s`;
  }

  function attempt(n, state, decline, from) {
    return `insert into attempt (id, payment_id, submission_id, state, confirmation_token, amount_minor, save_card, consent_wording, consent_language, payer_email, ip, user_agent,
        decline_category, created_at, sent_at, ended_at, link_id)
      select ${id('att', n)}, ${id('pay')}, 'seed-' || ${text(n)}, '${state}', '', ${sum}, 0, '', 'en', '', '', '', ${decline}, ${when(-minute)}, ${when(-minute)}, ${when()}, ${id('lnk')} from ${from}`;
  }

  function letter(kind, n, at) {
    const key = kind === 'receipt' ? `'receipt-' || ${id('pay')}` : `'link-' || ${id('lnk')}`;
    const subject = kind === 'receipt' ? id('rcp') : 'null';
    return `insert into letter (id, letter_key, kind, message_id, to_addresses, cc_addresses, subject, html, body_text, customer_id, link_id, subject_id, state, tries, next_try_at, created_at, ended_at)
      select ${id('let', n)}, ${key}, '${kind}', '<seed-' || ${text(n)} || '@example.test>', '["post@example.test"]', '[]', 'About ' || ${number}, '<p>About it</p>', 'About it', ${customer}, ${id('lnk')}, ${subject}, 'accepted', 1, ${at}, ${at}, ${at} from s`;
  }
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { payments: { type: 'string', default: '1000' }, database: { type: 'string' } },
  });
  const database = values.database ?? `sqlite:data/payments-${values.payments}.db`;
  await seedPayments(database, Number(values.payments), (said) => console.log(said));
}
