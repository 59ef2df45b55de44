import { systemClock } from '../platform/clock.ts';
import { loadConfig } from '../platform/config.ts';
import { createLogger } from '../platform/logger.ts';
import type { CheckResult } from '../reconcile/check.ts';
import { checkAudit } from '../reconcile/check-audit.ts';
import { checkBooks } from '../reconcile/check-books.ts';
import { checkGateway } from '../reconcile/check-gateway.ts';
import { sentenceFor } from '../start-faults.ts';
import { openHouse } from '../wire.ts';

/** `npm run verify`: holds books and gateways against what must always be true; exits 1 with the rows that break it. */
async function verify(): Promise<number> {
  const house = await openHouse(loadConfig(process.env), { clock: systemClock, log: createLogger('warn') });
  try {
    const results = show(await checkBooks(house.db));
    results.push(...show([await checkAudit(house)]));
    if (!process.argv.includes('--books-only')) results.push(...show(await checkGateway(house)));
    return results.some((result) => result.broken.length > 0) ? 1 : 0;
  } finally {
    await house.db.close();
  }
}

function show(results: CheckResult[]): CheckResult[] {
  for (const { invariant, promise, looked, broken } of results) {
    console.log(`${broken.length === 0 ? 'ok    ' : 'BROKEN'} ${invariant}. ${promise}: ${looked} looked at`);
    for (const row of broken) console.log(`         ${JSON.stringify(row)}`);
  }
  return results;
}

try {
  process.exitCode = await verify();
} catch (error) {
  console.error(sentenceFor(error));
  process.exitCode = 2;
}
