// Proves that exports of 100,000 rows stay small: npm run prove-exports
// Fills a database of its own with payments, makes each kind of file in a process of its own, and says how much memory
// that process took at most and how long anybody else had to wait. Exits 1 where it was more than 300 MB.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { closePeriod } from '../dist/exports/close-period.js';
import { readExportBatch } from '../dist/exports/export-batches.store.js';
import { bytesOf, readExportFile } from '../dist/exports/export-files.store.js';
import { fillBatch } from '../dist/exports/fill-batch.js';
import { startExport } from '../dist/exports/start-export.js';
import { writeFile } from '../dist/exports/write-file.js';
import { systemClock } from '../dist/platform/clock.js';
import { openDatabase } from '../dist/platform/database/database.js';
import { migrate } from '../dist/platform/database/migrate.js';
import { newId } from '../dist/platform/ids.js';

const ROWS = Number(process.env.ROWS ?? 100_000);
const MOST_MB = 300;
const ROWS_AT_ONCE = 500;
const PERSON = 'per_00000000000000000000000001';
const ACCOUNT = 'acc_00000000000000000000000001';
const CASES = ['movements csv', 'movements xlsx', 'xero csv', 'journal csv', 'period'];

const [, , wanted, url] = process.argv;
process.exitCode = wanted ? await measure(wanted, url) : await proveAll();

async function proveAll() {
  const folder = mkdtempSync(join(tmpdir(), 'prove-exports-'));
  const database = `sqlite:${join(folder, 'portal.db')}`;
  let code = 0;
  try {
    await fill(database);
    for (const one of CASES) {
      const run = promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), one, database]);
      const { stdout, stderr, code: failed = 0 } = await run.catch((error) => error);
      process.stdout.write(`${stdout}${stderr}`);
      code ||= failed;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return code;
}

/** One file, or a whole period with all its files: in this process alone, so that its memory is what it took. */
async function measure(what, database) {
  const db = await openDatabase(database);
  const log = { error: (...said) => console.error(...said) };
  const parts = { db, clock: systemClock, log };
  const actor = { kind: 'person', id: PERSON };
  const waits = monitorEventLoopDelay({ resolution: 5 });
  waits.enable();
  const started = performance.now();
  const told = what === 'period' ? await aPeriod(parts, actor) : await aFile(parts, actor, what.split(' '));
  waits.disable();
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const cpu = (process.resourceUsage().userCPUTime / 1e6).toFixed(1);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const waited = (waits.percentile(99) / 1e6).toFixed(0);
  const longest = (waits.max / 1e6).toFixed(0);
  const verdict = megabytes <= MOST_MB ? 'ok    ' : 'TOO MUCH';
  console.log(
    `${verdict} ${what}: ${told}, ${megabytes.toFixed(0)} MB at most, ${seconds} s (${cpu} s of a processor); others waited ${waited} ms (99 %), ${longest} ms at most`,
  );
  await db.close();
  return megabytes <= MOST_MB ? 0 : 1;
}

async function aFile(parts, actor, [preset, format]) {
  const choice = preset === 'xero' ? { currency: 'EUR' } : {};
  const id = await startExport(parts, { preset, format, choice, actor, submissionId: newId('req') });
  await writeFile(parts, id);
  const file = await readExportFile(parts.db, id);
  const hash = createHash('sha256');
  for await (const piece of bytesOf(parts.db, id)) hash.update(piece);
  if (file.state !== 'done' || hash.digest('hex') !== file.sha256) throw new Error(`${preset} is not what was written`);
  return `${file.rowCount} rows, ${(file.byteCount / 1e6).toFixed(1)} MB as .${file.name.split('.').at(-1)}`;
}

async function aPeriod(parts, actor) {
  const id = await closePeriod(parts, { lastDay: '2026-06-30', actor, submissionId: newId('req') });
  await fillBatch(parts, id);
  const { state, rowCount } = await readExportBatch(parts.db, id);
  if (state !== 'closed') throw new Error('the period is not closed');
  return `${rowCount} movements in all presets`;
}

/** Payments of the first half of 2026, each with its invoice, receipt and entry. */
async function fill(database) {
  const db = await openDatabase(database);
  await migrate(db);
  const none = { created_at: '2026-01-01T00:00:00.000Z' };
  await db.q
    .insertInto('person')
    .values({
      id: PERSON,
      email: 'a@example.test',
      email_key: 'a@example.test',
      name: 'The accountant',
      role: 'accountant',
      password_hash: null,
      last_sign_in_at: null,
      disabled_at: null,
      ...none,
    })
    .execute();
  const keys = { publishable_key: 'pk', secret_key_sealed: '', webhook_secrets_sealed: '', gateway_account_ref: null };
  await db.q
    .insertInto('account')
    .values({
      id: ACCOUNT,
      name: 'Main',
      kind: 'stripe',
      ...keys,
      currencies: '[]',
      statement_suffix: '',
      livemode: 1,
      active: 1,
      check_problems: '[]',
      checked_at: null,
      ...none,
    })
    .execute();
  for (let begin = 0; begin < ROWS; begin += ROWS_AT_ONCE) {
    const made = Array.from({ length: Math.min(ROWS_AT_ONCE, ROWS - begin) }, (_, i) => paymentRows(begin + i));
    await db.tx(async () => {
      for (const table of Object.keys(made[0])) {
        await db.q
          .insertInto(table)
          .values(made.flatMap((rows) => rows[table]))
          .execute();
      }
    });
  }
  console.log(`${ROWS} payments to export`);
  await db.close();
}

function paymentRows(i) {
  const at = new Date(Date.UTC(2026, 0, 1) + Math.floor((i / ROWS) * 180 * 86_400_000)).toISOString();
  const id = (prefix) => `${prefix}_${String(i).padStart(26, '0')}`;
  const amountMinor = 1_000 + (i % 50_000);
  const [customer, invoice] = [`C-${i}`, `INV-${i}`];
  const line = {
    payableId: id('inv'),
    kind: 'invoice',
    number: invoice,
    totalMinor: amountMinor,
    paidBeforeMinor: 0,
    paidNowMinor: amountMinor,
    stillDueMinor: 0,
  };
  const content = {
    customer: {
      number: customer,
      name: `Customer number ${i}, of a name of usual length`,
      email: `c${i}@example.test`,
    },
    company: {
      tradingName: 'Harbour & Sons',
      addressLines: ['1 Quay', 'Leith'],
      refundTerms: 'Refunds within thirty days.',
    },
    amountMinor,
    currency: 'EUR',
    excessMinor: 0,
    lines: [line],
  };
  const entry = {
    id: id('jrn'),
    kind: 'payment-settled',
    subject_kind: 'payment',
    subject_id: id('pay'),
    occurred_at: at,
    memo: `Card payment pi_${randomUUID()}`,
  };
  const entryLine = { entry_id: entry.id, currency: 'EUR', occurred_at: at };
  return {
    customer: [
      {
        id: id('cus'),
        number: customer,
        number_key: customer,
        name: content.customer.name,
        email: content.customer.email,
        language: 'en',
        address: '',
        created_at: at,
        updated_at: at,
      },
    ],
    payable: [
      {
        id: id('inv'),
        kind: 'invoice',
        number: invoice,
        number_key: invoice,
        customer_id: id('cus'),
        currency: 'EUR',
        total_minor: amountMinor,
        due_on: at.slice(0, 10),
        state: 'paid',
        version: 2,
        created_at: at,
        updated_at: at,
      },
    ],
    invoice: [
      {
        payable_id: id('inv'),
        issued_on: at.slice(0, 10),
        order_reference: `PO-${i}`,
        note: '',
      },
    ],
    payment: [
      {
        id: id('pay'),
        method: 'card',
        channel: 'link',
        customer_id: id('cus'),
        account_id: ACCOUNT,
        currency: 'EUR',
        amount_minor: amountMinor,
        state: 'paid',
        gateway_ref: `pi_${i}`,
        authorization_code: 'A12345',
        card_brand: 'visa',
        card_last4: '4242',
        created_at: at,
        paid_at: at,
        looks: 1,
      },
    ],
    receipt: [
      {
        id: id('rcp'),
        number: i + 1,
        payment_id: id('pay'),
        customer_id: id('cus'),
        account_id: ACCOUNT,
        currency: 'EUR',
        amount_minor: amountMinor,
        issued_at: at,
        content: JSON.stringify(content),
      },
    ],
    journal_entry: [entry],
    journal_line: [
      { ...entryLine, position: 0, ledger_account: 'gateway-clearing', account_id: ACCOUNT, amount_minor: amountMinor },
      { ...entryLine, position: 1, ledger_account: 'receivables', account_id: null, amount_minor: -amountMinor },
    ],
  };
}
