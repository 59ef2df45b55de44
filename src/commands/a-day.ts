import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { listAccounts } from '../accounts/accounts.store.ts';
import { createApp } from '../app.ts';
import { SYSTEM } from '../audit/record.ts';
import { accountFigures, trialBalance } from '../demo/closing-figures.store.ts';
import { invoicesOfFile, madeUpInvoices } from '../demo/day-invoices.ts';
import { firstRun } from '../demo/first-run.ts';
import { runADay } from '../demo/run-a-day.ts';
import { startSandboxProcess } from '../demo/sandbox-process.ts';
import { systemClock } from '../platform/clock.ts';
import { loadConfig } from '../platform/config.ts';
import { createLogger } from '../platform/logger.ts';
import { Refusal } from '../platform/refusal.ts';
import { checkBooks } from '../reconcile/check-books.ts';
import { checkGateway } from '../reconcile/check-gateway.ts';
import { reconcileAccount } from '../reconcile/reconcile-account.ts';
import { sentenceFor } from '../start-faults.ts';
import { retryEvents } from '../webhooks/retry-events.ts';
import { type House, openHouse } from '../wire.ts';

const USAGE = `Fills a new installation with a day of payments at the sandbox gateway, and closes it to the cent.

  npm run a-day                                     makes up its invoices
  npm run a-day -- invoices.csv                     takes them from a file
  npm run a-day -- invoices.csv --payments 500      so many instead of 2000

The file has the columns invoice_number, customer_number, customer_name, customer_email, currency and total.
Stop the portal first: the command plays it, on the same port and database.`;

/** Gives the exit code: 0 when the day closes to the cent. Errors: Refusal with the sentence to print. */
async function aDay(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { payments: { type: 'string', default: '2000' }, help: { type: 'boolean', default: false } },
  });
  const payments = Number(values.payments);
  if (values.help || !Number.isInteger(payments) || payments < 1 || positionals.length > 1) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  const [file] = positionals;
  const invoices = file ? invoicesOfFile(await readFile(file, 'utf8'), payments) : madeUpInvoices(payments);
  const house = await openHouse(loadConfig(process.env), { clock: systemClock, log: createLogger('error') });
  try {
    await refuseUsed(house);
    return await playTheDay(house, invoices);
  } finally {
    await house.db.close();
  }
}

/** A day that was played stays: a second one would meet the numbers of the first. */
async function refuseUsed({ config, db }: House): Promise<void> {
  if (config.production) throw new Refusal('production', 409, 'This plays with the sandbox: never in production.');
  const somebody = await db.read.selectFrom('person').select('id').executeTakeFirst();
  if (somebody) throw new Refusal('used', 409, 'This installation is not new: move its data folder away first.');
}

async function playTheDay(house: House, invoices: ReturnType<typeof madeUpInvoices>): Promise<number> {
  const { config, db } = house;
  const server = createServer(createApp(house));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.port, config.host, resolve);
  });
  const sandbox = await startSandboxProcess(house);
  try {
    if (!sandbox)
      throw new Refusal('no-sandbox', 409, 'The sandbox gateway runs elsewhere: take SANDBOX_API_URL away.');
    await firstRun(house, sandbox);
    const beganMs = Date.now();
    const tell = (progress: string) =>
      console.log(`${String(Math.round((Date.now() - beganMs) / 1000)).padStart(5)} s  ${progress}`);
    const done = await runADay(house, { sandbox, invoices, tell });
    while ((await retryEvents(house)) > 0);
    tell(
      `${done.payments} payments, ${done.declines} declined first, ${done.refunds} refunds, ${done.disputes} disputes, ${done.payouts} payouts`,
    );
    for (const { id, name } of await listAccounts(db)) {
      const run = await reconcileAccount(house, { accountId: id, scope: 'all', actor: SYSTEM });
      tell(`${name}: ${run.state}, ${run.looked} objects looked at, ${run.underWay} under way`);
    }
    return await close(house);
  } finally {
    await sandbox?.stop();
    server.closeAllConnections();
    await new Promise((resume) => server.close(resume));
  }
}

async function close(house: House): Promise<number> {
  const { db } = house;
  const { lines, offBy } = await trialBalance(db);
  const broken = [...(await checkBooks(db)), ...(await checkGateway(house))].filter((one) => one.broken.length > 0);
  const open = await db.read.selectFrom('reconcile_difference').select('id').where('state', '=', 'open').execute();
  console.log(['', 'Trial balance', ...lines, '', 'Books and gateways', ...(await accountFigures(db)), ''].join('\n'));
  for (const { promise, broken: rows } of broken)
    console.log(`BROKEN  ${promise}: ${JSON.stringify(rows.slice(0, 3))}`);
  const isClosed = offBy.length === 0 && broken.length === 0 && open.length === 0;
  console.log(isClosed ? 'The day closes to the cent.' : `The day does not close: ${open.length} differences.`);
  return isClosed ? 0 : 1;
}

try {
  process.exitCode = await aDay();
} catch (error) {
  const wrongArguments = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(wrongArguments ? `${(error as Error).message}\n\n${USAGE}` : sentenceFor(error));
  process.exitCode = 2;
}
